/** The similarity of names as pg_trgm measures it. */

/** Words of letters and digits, each with two blanks before and one after, cut into windows of three characters. */
export function trigrams(text: string): Set<string> {
  const found = new Set<string>();
  for (const word of text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []) {
    const padded = [..."  ", ...word, " "];
    for (let start = 0; start + 3 <= padded.length; start++) {
      found.add(padded.slice(start, start + 3).join(""));
    }
  }
  return found;
}

/** How much two sets of trigrams have in common, from 0 to 1. */
export function trigramSimilarity(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  let shared = 0;
  for (const trigram of a) if (b.has(trigram)) shared++;
  const all = a.size + b.size - shared;
  return all === 0 ? 0 : shared / all;
}
