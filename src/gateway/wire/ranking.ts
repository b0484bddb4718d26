/** What rerankers' APIs have in common. */
import { isJsonObject, type Json } from "../json.ts";
import type { ItemValue } from "./wire.ts";

/** What the score of a text depends on. */
export function pairsOf(query: Json, texts: readonly Json[]): Json[] {
  return texts.map((text) => [{ query }, { text }]);
}

/** The scores of `count` texts in their order; `undefined` when one is missing. */
export function readScores(results: Json | undefined, field: string, count: number): number[] | undefined {
  const scores = new Map<number, number>();
  for (const result of Array.isArray(results) ? results : []) {
    if (!isJsonObject(result)) return undefined;
    const { index, [field]: score } = result;
    if (typeof index === "number" && typeof score === "number") scores.set(index, score);
  }
  const ordered = Array.from({ length: count }, (_, index) => scores.get(index));
  return ordered.every((score) => score !== undefined) ? ordered : undefined;
}

/** The best first; of equal scores, the text that was named first. */
export function ranked(values: readonly ItemValue[]): { index: number; score: number }[] {
  return values
    .map((value, index) => ({ index, score: typeof value === "number" ? value : 0 }))
    .sort((a, b) => b.score - a.score || a.index - b.index);
}
