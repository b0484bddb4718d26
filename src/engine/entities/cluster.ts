import { trigramSimilarity, trigramsOf } from "../trigrams.ts";
import { areWordsCompatible } from "./compatible-words.ts";

/** Every new name is compared with every other: more of them are left apart. */
const MAX_NAMES = 250;

/**
 * Finds those of the new names of one write that are spellings of one another, also by way of a third, and the spelling that
 * stands for them: the one mentioned most often, then the shortest, then the first in order.
 *
 * @param names one entry per mention.
 * @param minSimilarity the trigram similarity from which on two names belong together.
 * @returns the chosen spelling by name in lower case; a name that stands alone is missing.
 */
export function clusterNames(names: readonly string[], minSimilarity: number): Map<string, string> {
  const spellings = new Map<string, Spelling>();
  for (const name of names) {
    const key = name.toLowerCase();
    const known = spellings.get(key);
    if (known) known.count += 1;
    else spellings.set(key, { key, name, length: [...name].length, count: 1, trigrams: trigramsOf(name) });
  }
  const chosen = new Map<string, string>();
  if (spellings.size < 2 || spellings.size > MAX_NAMES) return chosen;
  for (const cluster of clustersOf([...spellings.values()], minSimilarity)) {
    const name = [...cluster].sort(byPreference)[0]?.name;
    if (cluster.length === 1 || name === undefined) continue;
    for (const { key } of cluster) chosen.set(key, name);
  }
  return chosen;
}

interface Spelling {
  /** In lower case. */
  key: string;
  name: string;
  /** In characters (code points). */
  length: number;
  count: number;
  trigrams: ReadonlySet<string>;
}

function byPreference(one: Spelling, other: Spelling): number {
  return other.count - one.count || one.length - other.length || compareCodePoints(one.name, other.name);
}

/** By code points: JavaScript itself compares code units, which puts what lies beyond U+FFFF before U+E000. */
function compareCodePoints(one: string, other: string): number {
  return Buffer.compare(Buffer.from(one), Buffer.from(other));
}

function clustersOf(spellings: readonly Spelling[], minSimilarity: number): Spelling[][] {
  const clusters = new Map(spellings.map((spelling) => [spelling, [spelling]]));
  for (const [index, spelling] of spellings.entries()) {
    for (const other of spellings.slice(index + 1)) {
      const cluster = clusters.get(spelling);
      const joined = clusters.get(other);
      if (!cluster || !joined || cluster === joined || !areSpellings(spelling, other, minSimilarity))
        continue;
      cluster.push(...joined);
      for (const member of joined) clusters.set(member, cluster);
    }
  }
  return [...new Set(clusters.values())];
}

function areSpellings(one: Spelling, other: Spelling, minSimilarity: number): boolean {
  const similarity = trigramSimilarity(one.trigrams, other.trigrams);
  return similarity >= minSimilarity && similarity > 0 && areWordsCompatible(one.name, other.name);
}
