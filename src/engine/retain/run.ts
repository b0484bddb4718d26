import type { BankRow } from "../../store/banks.ts";
import type { Queryable } from "../../store/database.ts";
import type { EngineContext } from "../context.ts";
import type { FactExtractor } from "./extraction.ts";
import type { ExtractionMode, RetainSettings } from "./settings.ts";
import type { StoredDraft } from "./store-document.ts";

/** What all documents of one retain share. */
export interface RetainRun {
  context: EngineContext;
  bank: BankRow;
  settings: RetainSettings;
  mode: ExtractionMode;
  extractor: FactExtractor;
  /** Of several that write a document the one that was submitted last has the last word. */
  number: string;
  /** Set for asynchronous work. */
  operationId: string | undefined;
  signal: AbortSignal | undefined;
  /** Is told of what becomes of the documents. */
  tracker: RetainTracker | undefined;
}

/** Follows the documents of a retain. */
export interface RetainTracker {
  /** These are reached. */
  reached(documentIds: readonly string[]): Promise<void>;
  /**
   * One is stored, in a transaction that goes on only when this succeeds.
   * @returns what to call once it is committed.
   */
  stored(document: StoredDraft, tx: Queryable): Promise<() => void>;
}
