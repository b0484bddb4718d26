import { trigramSimilarity, trigramsOf } from "../trigrams.ts";
import { areWordsCompatible } from "./compatible-words.ts";
import { sequenceRatio } from "./sequence-ratio.ts";

const DAY_MS = 24 * 60 * 60 * 1_000;
const RECENT_DAYS = 7;
const WEIGHTS = { name: 0.5, company: 0.3, date: 0.2 };

/** From this score on, rounded to six decimals, a name is taken for that of an entity. */
const REUSED_FROM = 0.6;
const HALF_A_MILLIONTH = 0.5e-6;

export function isReused(score: number): boolean {
  return score >= REUSED_FROM - HALF_A_MILLIONTH;
}

/** How alike two names are: "same" words, a ratio, or undefined when they cannot be of one entity. */
export type NameLikeness = "same" | number | undefined;

/** Compares a name to those of entities; comparisons with the same text are made once. */
export class NameComparer {
  readonly #minSimilarity: number;
  readonly #trigrams = new Map<string, Set<string>>();
  readonly #likeness = new Map<string, NameLikeness>();

  /** @param minSimilarity the trigram similarity that an entity's name needs at least. */
  constructor(minSimilarity: number) {
    this.#minSimilarity = minSimilarity;
  }

  compare(name: string, canonicalName: string): NameLikeness {
    const key = `${name}\0${canonicalName}`;
    if (this.#likeness.has(key)) return this.#likeness.get(key);
    const likeness = this.#compare(name.toLowerCase(), canonicalName.toLowerCase());
    this.#likeness.set(key, likeness);
    return likeness;
  }

  #compare(name: string, canonicalName: string): NameLikeness {
    const similarity = trigramSimilarity(this.#trigramsOf(name), this.#trigramsOf(canonicalName));
    if (similarity < this.#minSimilarity || !areWordsCompatible(name, canonicalName)) return undefined;
    return similarity === 1 ? "same" : sequenceRatio(name, canonicalName);
  }

  #trigramsOf(name: string): Set<string> {
    let trigrams = this.#trigrams.get(name);
    if (!trigrams) {
      trigrams = trigramsOf(name);
      this.#trigrams.set(name, trigrams);
    }
    return trigrams;
  }
}

/**
 * How much speaks for a name being that of an entity, up to 1.
 * @param company the share of the fact's other names that the entity was mentioned with before, those that go with
 * everything counting less.
 * @param date when the fact happened. @param lastSeen when the entity was mentioned last.
 */
export function scoreOf(
  likeness: "same" | number,
  company: number,
  date: Date | null,
  lastSeen: Date,
): number {
  if (likeness === "same") return 1;
  const days = date ? Math.abs(date.getTime() - lastSeen.getTime()) / DAY_MS : Number.POSITIVE_INFINITY;
  const recency = days < RECENT_DAYS ? 1 - days / RECENT_DAYS : 0;
  return likeness * WEIGHTS.name + company * WEIGHTS.company + recency * WEIGHTS.date;
}
