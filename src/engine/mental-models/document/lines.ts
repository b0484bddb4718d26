// biome-ignore lint/suspicious/noControlCharactersInRegex: they end lines
const LINE_END = /\r\n|[\n\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]/;

/** The lines of a text, whatever ends them; the last end begins no line of its own. */
export function splitLines(text: string): string[] {
  const lines = text.split(LINE_END);
  if (lines.at(-1) === "") lines.pop();
  return lines;
}
