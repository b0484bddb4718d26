import { codePointLength } from "./code-points.ts";

/** From the coarsest to the finest. "" cuts between any two characters. */
const SEPARATORS = ["\n\n", "\n", ". ", "! ", "? ", "; ", ", ", " ", ""];

/** Cuts before every occurrence, so that the separator leads the piece after it. */
function cutBefore(text: string, separator: string): string[] {
  if (separator === "") return Array.from(text);
  const pieces: string[] = [];
  let start = 0;
  let found = text.indexOf(separator);
  while (found !== -1) {
    if (found > start) pieces.push(text.slice(start, found));
    start = found;
    found = text.indexOf(separator, found + separator.length);
  }
  pieces.push(text.slice(start));
  return pieces;
}

/**
 * Splits prose into chunks of at most `limit` characters (code points), at the coarsest separators that do. The chunks are
 * trimmed, and together they hold every character of the text that is not white space.
 */
export function splitText(text: string, limit: number, separators: readonly string[] = SEPARATORS): string[] {
  const level = separators.findIndex((separator) => text.includes(separator));
  const finer = separators.slice(level + 1);
  const chunks: string[] = [];
  let packed: string[] = [];
  let size = 0;
  const flush = () => {
    const chunk = packed.join("").trim();
    if (chunk !== "") chunks.push(chunk);
    packed = [];
    size = 0;
  };
  for (const piece of cutBefore(text, separators[level] ?? "")) {
    const length = codePointLength(piece);
    if (length >= limit && finer.length > 0) {
      flush();
      for (const chunk of splitText(piece, limit, finer)) chunks.push(chunk);
      continue;
    }
    if (size + length > limit) flush();
    packed.push(piece);
    size += length;
  }
  flush();
  return chunks;
}
