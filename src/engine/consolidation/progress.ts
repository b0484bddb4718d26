import type { Queryable } from "../../store/database.ts";
import { isoDate } from "../iso-date.ts";
import { type DocumentEvent, documentEvent } from "../queue/document-events.ts";
import type { OperationRun } from "../queue/execution.ts";

export type ChangeKind = "created" | "updated" | "removed";

/** How much was done. */
interface Counts {
  created: number;
  updated: number;
  merged: number;
  deleted: number;
  failed: number;
  /** Facts that are done with. */
  processed: number;
}

/** What an answer did, or a fact that failed. */
export interface Outcome extends Counts {
  /** By document, the observations that rest on its facts and were made, changed or removed. */
  changes: readonly { documentId: string; kind: ChangeKind; observationId: string }[];
}

const NONE: Counts = { created: 0, updated: 0, merged: 0, deleted: 0, failed: 0, processed: 0 };
export const NO_OUTCOME: Outcome = { ...NONE, changes: [] };

/** Up to so many changes all that is known of documents is told with every step; of more, once in a while. */
const TOLD_AT_ONCE = 1_000;

type DocumentChanges = Map<string, Record<ChangeKind, Set<string>>>;

/**
 * Tells in a consolidation's metadata of the documents that it changes, each step in the transaction that stores it, and how
 * far it got, whenever facts that are shown together are done with.
 */
export class Progress {
  readonly #operation: OperationRun;
  readonly #total: number;
  /** What an earlier run of the operation, or what made it necessary, has told of documents. */
  readonly #earlier: readonly unknown[];
  readonly #documents: DocumentChanges = new Map();
  #counts: Counts = NONE;
  /** How many changes of documents there were, and how many of them were told. */
  #noted = 0;
  #told = 0;

  /** @param events what the metadata holds of documents when the run begins. */
  constructor(operation: OperationRun, total: number, events: unknown) {
    this.#operation = operation;
    this.#total = total;
    this.#earlier = Array.isArray(events) ? events : [];
  }

  get processed(): number {
    return this.#counts.processed;
  }

  /** Tells that the run has found something to do. */
  begin(now: Date): Promise<void> {
    return this.#operation.note({ progress: this.#progress("consolidating", NONE, now) });
  }

  /**
   * Tells of a step in the transaction that stores it. Steps are taken one at a time.
   * @returns what to call once it is committed.
   */
  async note(outcome: Outcome, now: Date, tx: Queryable): Promise<() => void> {
    const isDue = outcome.changes.length > 0 && this.#isDue(outcome);
    const events = isDue ? this.#events(withChanges(copyOf(this.#documents), outcome), now) : {};
    // Also when there is nothing to tell: what is stored counts only while the operation is this run's.
    await this.#operation.note(events, tx);
    return () => {
      this.#counts = sum(this.#counts, outcome);
      withChanges(this.#documents, outcome);
      this.#noted += outcome.changes.length;
      if (isDue) this.#told = this.#noted;
    };
  }

  /** Tells how far the run got. Not to be called while a step is taken. */
  tell(now: Date): Promise<void> {
    const detail = {
      observations_created: this.#counts.created,
      observations_updated: this.#counts.updated,
      observations_merged: this.#counts.merged,
      observations_deleted: this.#counts.deleted,
      memories_failed: this.#counts.failed,
    };
    const progress = { ...this.#progress("consolidating", this.#counts, now), detail };
    return this.#operation.note({ progress });
  }

  /** What the metadata says of documents once the run is over. */
  documentEvents(now: Date): Record<string, unknown> {
    return this.#documents.size > 0 ? this.#events(this.#documents, now) : {};
  }

  /** What it says of progress once all is consolidated. */
  atEnd(now: Date): Record<string, unknown> {
    return { progress: this.#progress("refreshing_mental_models", this.#counts, now) };
  }

  /** The list is written anew each time: a long one is not, until it has grown by a tenth. */
  #isDue({ changes }: Outcome): boolean {
    const size = this.#noted + changes.length;
    return size <= TOLD_AT_ONCE || size >= this.#told * 1.1;
  }

  #progress(stage: string, { processed }: Counts, now: Date) {
    return { stage, at: isoDate(now), processed, total: Math.max(this.#total, processed) };
  }

  #events(documents: DocumentChanges, now: Date): { document_events: unknown[] } {
    return { document_events: [...this.#earlier, ...[...documents].map((one) => eventOf(one, now))] };
  }
}

function sum(a: Counts, b: Counts): Counts {
  return {
    created: a.created + b.created,
    updated: a.updated + b.updated,
    merged: a.merged + b.merged,
    deleted: a.deleted + b.deleted,
    failed: a.failed + b.failed,
    processed: a.processed + b.processed,
  };
}

function copyOf(documents: DocumentChanges): DocumentChanges {
  return new Map(
    [...documents].map(([documentId, { created, updated, removed }]) => [
      documentId,
      { created: new Set(created), updated: new Set(updated), removed: new Set(removed) },
    ]),
  );
}

function withChanges(documents: DocumentChanges, { changes }: Outcome): DocumentChanges {
  for (const { documentId, kind, observationId } of changes) {
    const none = { created: new Set<string>(), updated: new Set<string>(), removed: new Set<string>() };
    const known = documents.get(documentId) ?? none;
    known[kind].add(observationId);
    documents.set(documentId, known);
  }
  return documents;
}

function eventOf(
  [documentId, { created, updated, removed }]: [string, Record<ChangeKind, Set<string>>],
  now: Date,
): DocumentEvent {
  return {
    ...documentEvent(documentId, "consolidation", now, { removedObservationIds: [...removed] }),
    observations_created: { count: created.size, ids: [...created] },
    observations_updated: { count: updated.size, ids: [...updated] },
  };
}
