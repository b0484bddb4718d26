import type { Reranker } from "../types.ts";
import { dateFactors } from "./dates.ts";
import { withNeighbours } from "./neighbours.ts";
import { speakerFactors } from "./speakers.ts";
import { wordingScores } from "./wording.ts";

/**
 * Ranks without a model, by what the texts themselves say: the query's words and how rare they are, what was said nearby, by whom,
 * and when.
 */
export const offlineReranker: Reranker = {
  provider: "offline",
  async score(query, candidates, { window }) {
    const texts = candidates.map(({ context, text }) => (context ? `${context}: ${text}` : text));
    const speakers = speakerFactors(query, candidates);
    const dates = dateFactors(candidates, window);
    return withNeighbours(candidates, wordingScores(query, texts)).map(
      (score, index) =>
        // Sums have no upper bound: what has all that is asked for comes near 1.
        1 - Math.exp(-score * (speakers[index] ?? 1) * (dates[index] ?? 1)),
    );
  },
};
