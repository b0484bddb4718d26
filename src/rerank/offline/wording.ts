import { subjectsOf } from "../../embedding/subjects.ts";
import { termsOf } from "./terms.ts";

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
export function wordingScores(asked: Question, texts: readonly string[]): number[] {
  const readings = texts.map((text) => {
    const reading = asked.readings.get(text) ?? read(text, asked);
    asked.readings.set(text, reading);
    return reading;
  });
  const weights = weigh(asked.words.length, readings);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  if (total === 0) return texts.map(() => 0);

  const average = readings.reduce((sum, { length }) => sum + length, 0) / readings.length;
  return readings.map(({ length, counts, families, subjects, pairs }) => {
    const damping = K1 * (1 - B + B * (length / (average || 1)));
    let score = 0;
    for (const [place, word] of asked.words.entries()) {
      const count = counts[place] ?? 0;
      const weight = weights[place] ?? 0;
      if (count > 0) score += (weight * count * (K1 + 1)) / (count + damping);
      else if (families.has(word.family)) score += FAMILY * weight;
      else if (word.subjects.some((subject) => subjects.has(subject))) {
        score += SUBJECT * Math.min(weight, SUBJECT_LIMIT);
      }
    }
    for (const [pair, [first, second]] of asked.pairs.entries()) {
      if (pairs.has(pair)) score += PAIR * Math.min(weights[first] ?? 0, weights[second] ?? 0);
    }
    return score / total;
  });
}

/** What a query asks for. */
export interface Question {
  words: { family: string; subjects: readonly number[] }[];
  /** The words' places, by term. */
  places: ReadonlyMap<string, number>;
  /** The places of words that follow one another in it. */
  pairs: [first: number, second: number][];
  families: ReadonlySet<string>;
  subjects: ReadonlySet<number>;
  /** Texts that were read for it: many a passage is one fact. */
  readings: Map<string, Reading>;
}

export function questionOf(query: string): Question {
  const asked = termsOf(query);
  const terms = [...new Set(asked)];
  const places = new Map(terms.map((term, place) => [term, place]));
  const words = terms.map((term) => ({ family: familyOf(term), subjects: subjectsOf(term) }));
  const placeOf = (term = "") => places.get(term) ?? 0;
  return {
    words,
    places,
    pairs: asked.slice(1).map((term, before) => [placeOf(asked[before]), placeOf(term)]),
    families: new Set(words.map(({ family }) => family)),
    subjects: new Set(words.flatMap(({ subjects }) => subjects)),
    readings: new Map(),
  };
}

/** What a text has of a question. */
interface Reading {
  /** Of the text, in terms. */
  length: number;
  /** How often it has each word. */
  counts: number[];
  families: Set<string>;
  subjects: Set<number>;
  /** Places in the question's list. */
  pairs: Set<number>;
}

/** Keeps only what is asked for: most of a text's words are not. */
function read(text: string, asked: Question): Reading {
  const terms = termsOf(text);
  const counts = asked.words.map(() => 0);
  const families = new Set<string>();
  const subjects = new Set<number>();
  const pairs = new Set<number>();
  let before: number | undefined;
  for (const term of terms) {
    const place = asked.places.get(term);
    if (place !== undefined) {
      counts[place] = (counts[place] ?? 0) + 1;
      for (const [pair, [first, second]] of asked.pairs.entries()) {
        if (first === before && second === place) pairs.add(pair);
      }
    }
    before = place;
    if (term.length >= FAMILY_LETTERS) {
      const family = familyOf(term);
      if (asked.families.has(family)) families.add(family);
    }
    for (const subject of subjectsOf(term)) if (asked.subjects.has(subject)) subjects.add(subject);
  }
  return { length: terms.length, counts, families, subjects, pairs };
}

/** The rarer a word among the texts, the more it tells. */
function weigh(words: number, readings: readonly Reading[]): number[] {
  return Array.from({ length: words }, (_, place) => {
    const holding = readings.filter(({ counts }) => (counts[place] ?? 0) > 0).length;
    return Math.log(1 + (readings.length - holding + 0.5) / (holding + 0.5));
  });
}

function familyOf(term: string): string {
  return term.slice(0, FAMILY_LETTERS);
}
