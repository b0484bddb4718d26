/** The marks between which models think aloud. */
const MARKS = [
  ["<think>", "</think>"],
  ["<thinking>", "</thinking>"],
  ["<thought>", "</thought>"],
  ["<reasoning>", "</reasoning>"],
  ["|startthink|", "|endthink|"],
] as const;

/** The text without the blocks in which some models think aloud. */
export function stripReasoning(text: string): string {
  return MARKS.reduce((rest, [open, close]) => withoutBlocks(rest, open, close), text).trim();
}

function withoutBlocks(text: string, open: string, close: string): string {
  const [o, c] = [escaped(open), escaped(close)];
  return (
    withoutOrphan(text, open, close)
      .replace(new RegExp(`${o}[\\s\\S]*?${c}`, "g"), "")
      // One that never ends was cut off; in the middle of a line it is a mention.
      .replace(new RegExp(`(^|\\n)[ \\t]*${o}[\\s\\S]*$`), "")
  );
}

/** Where the opening mark stood in the prompt, thinking ends at the first closing one; an answer that is JSON only quotes it. */
function withoutOrphan(text: string, open: string, close: string): string {
  const end = text.indexOf(close);
  if (end < 0) return text;
  const head = text.slice(0, end);
  if (head.includes(open) || /^\s*(?:[{[]|```)/.test(head)) return text;
  return text.slice(end + close.length);
}

function escaped(text: string): string {
  return text.replace(/[|\\{}()[\]^$+*?.]/g, "\\$&");
}
