import type { ChatModel } from "../../llm/types.ts";
import type { ConcurrencyLimit } from "../../remote/concurrency-limit.ts";
import type { BankRow } from "../../store/banks.ts";
import type { PendingFact } from "../../store/pending-facts.ts";
import type { EngineContext } from "../context.ts";
import type { OperationRun } from "../queue/execution.ts";
import type { Progress } from "./progress.ts";
import type { ConsolidationSettings } from "./settings.ts";

/** What the steps of one consolidation share. */
export interface ConsolidationRun {
  context: EngineContext;
  bank: BankRow;
  model: ChatModel;
  settings: ConsolidationSettings;
  operationId: string;
  operation: OperationRun;
  /** Aborts when the operation has no right to go on, or another part of it has failed. */
  signal: AbortSignal;
  progress: Progress;
  /** Answers are stored one at a time. */
  writes: ConcurrencyLimit;
  /** How often facts were changed while the model was asked about them. */
  outdated: Map<string, number>;
  /** How often facts were to be consolidated anew, as the model moved what rests on them to where nothing is. */
  released: Map<string, number>;
  /** The tags of all facts that were consolidated. */
  refreshTags: Set<string>;
}

/** Facts that are shown to the model together, and where their observations go. */
export interface Batch {
  facts: readonly PendingFact[];
  /** Sets of tags, of which each is asked for by itself. */
  scopes: readonly (readonly string[])[];
}
