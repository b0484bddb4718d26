/** Trigrams as Postgres' pg_trgm makes them, so that names can be compared without asking it. */

const WORD = /[\p{L}\p{N}]+/gu;

/** The words of a text: runs of letters and digits, in lower case. */
export function wordsOf(text: string): string[] {
  return text.toLowerCase().match(WORD) ?? [];
}

/** Every three characters in a row of every word, which has two blanks before it and one after. */
export function trigramsOf(text: string): Set<string> {
  const trigrams = new Set<string>();
  for (const word of wordsOf(text)) {
    const characters = [" ", " ", ...word, " "];
    for (let at = 0; at + 3 <= characters.length; at += 1) {
      trigrams.add(characters.slice(at, at + 3).join(""));
    }
  }
  return trigrams;
}

/** The share of trigrams that both texts have; 0 when neither has any. */
export function trigramSimilarity(one: ReadonlySet<string>, other: ReadonlySet<string>): number {
  const [smaller, larger] = one.size <= other.size ? [one, other] : [other, one];
  let shared = 0;
  for (const trigram of smaller) if (larger.has(trigram)) shared += 1;
  const all = one.size + other.size - shared;
  return all === 0 ? 0 : shared / all;
}
