import type { BankRow } from "../../store/banks.ts";
import type { TagFilter } from "../../store/tag-filter.ts";
import type { DateWindow } from "../../store/vectors/date-window.ts";
import type { EngineContext } from "../context.ts";
import type { RecallRequest } from "../types.ts";
import type { TemporalWindow } from "./dates/temporal-window.ts";
import type { Phases } from "./phases.ts";
import type { RecallSettings } from "./settings.ts";

/** What the steps of one recall share. */
export interface RecallRun {
  context: EngineContext;
  bank: BankRow;
  request: RecallRequest;
  settings: RecallSettings;
  phases: Phases;
  /** How long it had to wait for others, in seconds. */
  waited: number;
  /** Ends the recall when its caller is gone. */
  signal: AbortSignal | undefined;
  /** As it is searched. */
  query: string;
  /** The query's, of unit length. */
  vector: Float32Array;
  /** Facts of each type that an arm may bring (T). */
  breadth: number;
  /** How many times as many the keyword arm brings, and the reranker sees. */
  widening: number;
  tags: TagFilter | undefined;
  /** The time that the request names, as it was written. */
  window: TemporalWindow | undefined;
  /** The same as instants. */
  dates: DateWindow | undefined;
  /** What dates are seen from. */
  now: Date;
}
