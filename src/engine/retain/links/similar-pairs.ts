import { setImmediate } from "node:timers/promises";
import { roundSimilarity } from "../../../store/vectors/rounding.ts";
import { dot } from "../../../store/vectors/vector-block.ts";

/** Two facts of one write that mean nearly the same, by their places in it. */
export interface SimilarPair {
  from: number;
  to: number;
  score: number;
}

/** How many others each fact is paired with. */
const NEIGHBOURS = 50;
/** Products after which others have a turn of the process. */
const PRODUCTS_PER_TURN = 20_000;

/** Pairs each of the vectors with those of the others that are most similar to it. */
export async function pairsOf(
  vectors: readonly Float32Array[],
  minSimilarity: number,
): Promise<SimilarPair[]> {
  const pairs: SimilarPair[] = [];
  let products = 0;
  for (const [from, vector] of vectors.entries()) {
    const own: SimilarPair[] = [];
    for (const [to, other] of vectors.entries()) {
      if (from === to) continue;
      const score = roundSimilarity(dot(vector, other, 0));
      if (score >= minSimilarity) own.push({ from, to, score });
    }
    own.sort((a, b) => b.score - a.score || a.to - b.to);
    for (const pair of own.slice(0, NEIGHBOURS)) pairs.push(pair);
    products += vectors.length;
    if (products >= PRODUCTS_PER_TURN) {
      products = 0;
      await setImmediate();
    }
  }
  return pairs;
}
