import type { FactType } from "../types.ts";
import type { ArmHit, ArmName } from "./arms/arm.ts";

/** The constant of reciprocal rank fusion (Cormack, Clarke, Büttcher 2009). */
const K = 60;

export interface Candidate {
  unitId: string;
  factType: FactType;
  rrfScore: number;
  /** From 1. */
  rrfRank: number;
  /** The rank in each arm that brought it, from 1. */
  ranks: Partial<Record<ArmName, number>>;
  /** The first arm that brought it, and as what: what only that arm knows counts for the fact. */
  first: { arm: ArmName; hit: ArmHit };
  /** The score in each arm that brought it. */
  scores: Partial<Record<ArmName, number>>;
}

/** What an arm's rank adds to a fact's score. */
export function reciprocal(rank: number): number {
  return 1 / (K + rank);
}

/**
 * Joins the arms' ranked lists: a fact scores the sum of 1 / (60 + its rank in an arm). Best first; a tie keeps the
 * order of first appearance, over the arms as they are given.
 */
export function fuse(arms: readonly { name: ArmName; hits: readonly ArmHit[] }[]): Candidate[] {
  const candidates = new Map<string, Candidate>();
  for (const { name, hits } of arms) {
    hits.forEach((hit, index) => {
      const { unitId, factType } = hit;
      const candidate = candidates.get(unitId) ?? {
        unitId,
        factType,
        rrfScore: 0,
        rrfRank: 0,
        ranks: {},
        first: { arm: name, hit },
        scores: {},
      };
      candidate.rrfScore += reciprocal(index + 1);
      candidate.ranks[name] = index + 1;
      candidate.scores[name] = hit.score;
      candidates.set(unitId, candidate);
    });
  }
  const fused = [...candidates.values()].sort((a, b) => b.rrfScore - a.rrfScore);
  fused.forEach((candidate, index) => {
    candidate.rrfRank = index + 1;
  });
  return fused;
}
