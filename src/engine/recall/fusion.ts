import type { ArmHit } from "./arms/arm.ts";

/** The constant of reciprocal rank fusion (Cormack, Clarke, Büttcher 2009). */
const K = 60;
/** More candidates than these are not ranked further. */
const MAX_CANDIDATES = 300;

export type ArmName = "semantic" | "keyword";

export interface Candidate {
  unitId: string;
  rrfScore: number;
  /** The score in each arm that brought it. */
  armScores: Partial<Record<ArmName, number>>;
}

/**
 * Joins the arms' ranked lists: a fact scores the sum of 1 / (60 + its rank in an arm). Best first; a tie keeps the
 * order of first appearance, over the arms as they are given.
 */
export function fuse(arms: readonly { name: ArmName; hits: readonly ArmHit[] }[]): Candidate[] {
  const candidates = new Map<string, Candidate>();
  for (const { name, hits } of arms) {
    hits.forEach(({ unitId, score }, index) => {
      const candidate = candidates.get(unitId) ?? { unitId, rrfScore: 0, armScores: {} };
      candidate.rrfScore += 1 / (K + index + 1);
      candidate.armScores[name] = score;
      candidates.set(unitId, candidate);
    });
  }
  return [...candidates.values()].sort((a, b) => b.rrfScore - a.rrfScore).slice(0, MAX_CANDIDATES);
}
