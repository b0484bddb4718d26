import type { TagFilter } from "../../../store/tag-filter.ts";
import type { SearchedBank } from "../../../store/vectors/vector-store.ts";
import type { WriteWindow } from "../../../store/write-window.ts";
import type { EngineContext } from "../../context.ts";
import type { FactType, RecallRequest } from "../../types.ts";

/** The ways in which a fact can be found, in the order that ties of the fusion follow. */
export const ARM_NAMES = ["semantic", "keyword", "graph", "temporal"] as const;
export type ArmName = (typeof ARM_NAMES)[number];

/** What every arm of a recall works with. */
export interface ArmInput {
  context: EngineContext;
  bank: SearchedBank;
  query: string;
  /** The query's, of unit length. */
  vector: Float32Array;
  /** Each once, in the order that ties follow. */
  factTypes: readonly FactType[];
  /** Facts per type at most (T). */
  breadth: number;
  /** How many times as many the keyword arm may bring. */
  widening: number;
  tags: TagFilter | undefined;
  writes: WriteWindow | undefined;
  minScores: RecallRequest["minScores"];
}

/** A fact that an arm brought, and how well it matched by the arm's own measure. */
export interface ArmHit {
  unitId: string;
  factType: FactType;
  score: number;
  /** What the temporal arm knows beside its score. */
  inTime?: {
    /** How near the fact's own date is to the middle of the window, 0 to 1. */
    proximity: number;
    /** Cosine similarity to the query. */
    similarity: number;
  };
}

/** The types' lists as one: best first, ties by the order of types, then by position in the list; scores that are none last. */
export function byScore(hits: readonly ArmHit[]): ArmHit[] {
  const isNone = ({ score }: ArmHit) => Number(Number.isNaN(score));
  return hits.toSorted((a, b) => isNone(a) - isNone(b) || b.score - a.score);
}

/** The first hits of each type that are not too bad: a similarity that is none passes. */
export function firstOfEach(hits: readonly ArmHit[], limit: number, minScore: number): ArmHit[] {
  const counts = new Map<FactType, number>();
  return hits.filter(({ factType, score }) => {
    const count = counts.get(factType) ?? 0;
    if (score < minScore || count >= limit) return false;
    counts.set(factType, count + 1);
    return true;
  });
}
