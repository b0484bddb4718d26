import type { BankRow } from "../../store/banks.ts";
import type { EngineContext } from "../context.ts";
import type { OperationRun } from "../operations/execution.ts";
import type { FactExtractor } from "./extraction.ts";
import type { RetainSettings } from "./settings.ts";

/** What all documents of one retain share. */
export interface RetainRun {
  context: EngineContext;
  bank: BankRow;
  settings: RetainSettings;
  extractor: FactExtractor;
  /** Set for asynchronous work. */
  operationId: string | undefined;
  signal: AbortSignal | undefined;
  /** Tells of an operation's progress, in the transaction that stores what is told of. */
  note: OperationRun["note"] | undefined;
}
