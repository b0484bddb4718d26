import type { RecallRequest } from "../types.ts";
import type { RerankedCandidate } from "./reranking.ts";
import { combinedScore, proof, type RecencyDecay, recency, type Signals } from "./scoring.ts";
import { raise, type StrategyBoosts } from "./strategy-boosts.ts";

/** A fact with all that decided on its place. */
export interface RankedMemory extends RerankedCandidate {
  signals: Signals;
  combined: number;
  final: number;
}

/** Only the temporal arm looks at how near a fact is to the window. */
const NEUTRAL_PROXIMITY = 0.5;

/** Scores the candidates and puts them in their final order; equal ones keep theirs. */
export function rank(
  candidates: readonly RerankedCandidate[],
  options: { now: Date; decay: RecencyDecay; boosts: StrategyBoosts },
): RankedMemory[] {
  return candidates
    .map((one): RankedMemory => {
      const { candidate, memory, base } = one;
      const signals = {
        recency: recency(memory, options.now, options.decay),
        temporal: candidate.first.hit.inTime?.proximity ?? NEUTRAL_PROXIMITY,
        proof: proof(memory),
      };
      const combined = combinedScore(base, signals);
      return { ...one, signals, combined, final: combined + raise(candidate, options.boosts) };
    })
    .sort((a, b) => b.final - a.final);
}

/** Those whose reranker's and final score are high enough. */
export function aboveFloors(
  ranked: readonly RankedMemory[],
  { reranker = -Infinity, final = -Infinity }: RecallRequest["minScores"],
): RankedMemory[] {
  return ranked.filter((one) => one.base >= reranker && one.final >= final);
}

/**
 * Leaves out the facts that an observation near the top was drawn from: it says the same.
 * @param limit how many of the first are looked at for observations.
 */
export function withoutSources(ranked: readonly RankedMemory[], limit: number): RankedMemory[] {
  const sources = new Set(ranked.slice(0, limit).flatMap(({ memory }) => memory.sourceMemoryIds));
  return ranked.filter(({ memory }) => memory.factType === "observation" || !sources.has(memory.unitId));
}
