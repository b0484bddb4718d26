import { shareSubject, subjectsIn, termsOf } from "./terms.ts";

/** How soon a word that is repeated stops counting, and how much long texts are marked down (Okapi BM25). */
const K1 = 1.2;
const B = 0.5;
/** What two words of the query in a row are worth, as a share of the rarer one's weight. */
const PAIR = 1;
/** What a word that begins with the same letters is worth, as a share of the word's own weight: `adopt`, `adoption`. */
const FAMILY = 0.5;
const FAMILY_LETTERS = 5;
/** What another word of the same subject is worth, as a share of the word's own weight, which counts up to a limit. */
const SUBJECT = 0.25;
const SUBJECT_LIMIT = 2;

/**
 * How much of the query's wording each text has: its words, weighed by how rare they are among the texts, its pairs of words, and
 * words of the same subjects.
 * @returns for each text a number from 0; about 1 where it has every word of the query once.
 */
export function wordingScores(query: string, texts: readonly string[]): number[] {
  const asked = termsOf(query);
  const words = [...new Set(asked)];
  const documents = texts.map(termsOf);
  const weights = weigh(words, documents);
  const total = [...weights.values()].reduce((sum, weight) => sum + weight, 0);
  if (total === 0) return texts.map(() => 0);

  const weightOf = (word: string) => weights.get(word) ?? 0;
  const pairs = pairsOf(asked).map(([first, second]) => ({
    pair: `${first} ${second}`,
    weight: PAIR * Math.min(weightOf(first), weightOf(second)),
  }));
  const average = documents.reduce((sum, { length }) => sum + length, 0) / documents.length;

  return documents.map((terms) => {
    const counts = new Map<string, number>();
    for (const term of terms) counts.set(term, (counts.get(term) ?? 0) + 1);
    const subjects = subjectsIn(counts.keys());
    const families = new Set(terms.filter((term) => term.length >= FAMILY_LETTERS).map(familyOf));
    const damping = K1 * (1 - B + B * (terms.length / (average || 1)));
    let score = 0;
    for (const word of words) {
      const count = counts.get(word) ?? 0;
      const weight = weightOf(word);
      if (count > 0) score += (weight * count * (K1 + 1)) / (count + damping);
      else if (families.has(familyOf(word))) score += FAMILY * weight;
      else if (shareSubject(word, subjects)) score += SUBJECT * Math.min(weight, SUBJECT_LIMIT);
    }
    const held = new Set(pairsOf(terms).map(([first, second]) => `${first} ${second}`));
    for (const { pair, weight } of pairs) if (held.has(pair)) score += weight;
    return score / total;
  });
}

/** The rarer a word among the texts, the more it tells. */
function weigh(words: readonly string[], documents: readonly string[][]): Map<string, number> {
  const sets = documents.map((terms) => new Set(terms));
  return new Map(
    words.map((word) => {
      const holding = sets.filter((set) => set.has(word)).length;
      return [word, Math.log(1 + (sets.length - holding + 0.5) / (holding + 0.5))];
    }),
  );
}

function familyOf(term: string): string {
  return term.slice(0, FAMILY_LETTERS);
}

function pairsOf(terms: readonly string[]): [string, string][] {
  return terms.slice(1).map((term, index) => [terms[index] ?? "", term]);
}
