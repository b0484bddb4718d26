import type { ArmName } from "./arms/arm.ts";
import { type Candidate, reciprocal } from "./fusion.ts";

/** How much an arm's candidates are preferred: their ranks are divided before the cut, and their final scores raised. */
const LEVELS = {
  low: { divisor: 2, raise: 0.05 },
  medium: { divisor: 4, raise: 0.2 },
  high: { divisor: 8, raise: 0.5 },
};

/** The arms by the names that the setting has for them. */
const ARMS: Record<string, ArmName> = {
  semantic: "semantic",
  bm25: "keyword",
  graph: "graph",
  temporal: "temporal",
};

export type StrategyBoosts = ReadonlyMap<ArmName, keyof typeof LEVELS>;

/** Reads `graph:high,temporal`: an arm without a level is preferred by a medium one, what is not known is left out. */
export function readStrategyBoosts(text: string): StrategyBoosts {
  const boosts = new Map<ArmName, keyof typeof LEVELS>();
  for (const entry of text.toLowerCase().split(",")) {
    const [name = "", level = ""] = entry.split(/:(.*)/s).map((part) => part.trim());
    const arm = Object.hasOwn(ARMS, name) ? ARMS[name] : undefined;
    const known = level === "" ? "medium" : level;
    if (arm && isLevel(known)) boosts.set(arm, known);
  }
  return boosts;
}

function isLevel(word: string): word is keyof typeof LEVELS {
  return Object.hasOwn(LEVELS, word);
}

/** The candidates that are ranked further. Where there are too many, those of a preferred arm are moved up before the cut. */
export function cut(
  candidates: readonly Candidate[],
  limit: number,
  boosts: StrategyBoosts,
): readonly Candidate[] {
  if (candidates.length <= limit) return candidates;
  const scored = candidates.map((candidate) => ({ candidate, score: boostedScore(candidate, boosts) }));
  return scored
    .sort((a, b) => b.score - a.score)
    .slice(0, limit)
    .map(({ candidate }) => candidate);
}

function boostedScore({ rrfScore, ranks }: Candidate, boosts: StrategyBoosts): number {
  let score = rrfScore;
  for (const [arm, level] of boosts) {
    const rank = ranks[arm];
    if (rank !== undefined) score += reciprocal(rank / LEVELS[level].divisor) - reciprocal(rank);
  }
  return score;
}

/** What is added to the final score of a candidate that a reranker has scored. */
export function raise({ ranks }: Candidate, boosts: StrategyBoosts): number {
  let sum = 0;
  for (const [arm, level] of boosts) {
    const rank = ranks[arm];
    if (rank === undefined) continue;
    const { divisor, raise: full } = LEVELS[level];
    // A rank in time says how near the date is, not how well the fact matches.
    sum += arm === "temporal" ? full : (full * divisor) / (divisor + rank - 1);
  }
  return sum;
}
