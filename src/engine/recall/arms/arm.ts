import type { BankRow } from "../../../store/banks.ts";
import type { TagFilter } from "../../../store/tag-filter.ts";
import type { EngineContext } from "../../context.ts";
import type { FactType, RecallRequest } from "../../types.ts";

/** What every arm of a recall works with. */
export interface ArmInput {
  context: EngineContext;
  bank: BankRow;
  query: string;
  /** Each once, in the order that ties follow. */
  factTypes: FactType[];
  /** Facts per type at most. */
  breadth: number;
  tags: TagFilter | undefined;
  minScores: RecallRequest["minScores"];
}

/** A fact that an arm brought, and how well it matched by the arm's own measure. */
export interface ArmHit {
  unitId: string;
  score: number;
}

/** The types' lists as one: best first, ties by the order of types, then by position. */
export function byScore(hits: ArmHit[]): ArmHit[] {
  return hits.toSorted((a, b) => b.score - a.score);
}
