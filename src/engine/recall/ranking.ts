import type { MemoryRow } from "../../store/recalled-rows.ts";
import type { RecallRequest, RecallScores } from "../types.ts";
import type { Candidate } from "./fusion.ts";
import { baseByRank, finalScore } from "./scoring.ts";

export interface RankedMemory {
  memory: MemoryRow;
  scores: RecallScores;
}

/**
 * Scores the fused candidates and puts them in their final order.
 * @param memories the candidates' rows; a candidate without one was deleted meanwhile and is left out.
 * @param limit how many are kept.
 */
export function rank(
  candidates: readonly Candidate[],
  memories: ReadonlyMap<string, MemoryRow>,
  options: { now: Date; minScores: RecallRequest["minScores"]; limit: number },
): RankedMemory[] {
  const { reranker: minBase = -Infinity, final: minFinal = -Infinity } = options.minScores;
  const found = candidates.flatMap(({ unitId, armScores }) => {
    const memory = memories.get(unitId);
    return memory ? [{ memory, armScores }] : [];
  });
  return found
    .map(({ memory, armScores }, index) => {
      const base = baseByRank(index, found.length);
      const scores: RecallScores = {
        final: finalScore(base, memory, options.now),
        reranker: null,
        semantic: armScores.semantic ?? null,
        keyword: armScores.keyword ?? null,
      };
      return { memory, base, scores };
    })
    .sort((a, b) => b.scores.final - a.scores.final)
    .filter(({ base, scores }) => base >= minBase && scores.final >= minFinal)
    .slice(0, options.limit)
    .map(({ memory, scores }) => ({ memory, scores }));
}
