import type { Queryable } from "../../store/database.ts";
import { type DocumentEvent, documentEvent } from "../documents/events.ts";
import { isoDate } from "../iso-date.ts";
import type { OperationRun } from "../operations/execution.ts";

/** What an answer did, or a fact that failed. */
export interface Outcome {
  created: number;
  updated: number;
  merged: number;
  deleted: number;
  failed: number;
  /** By document, the observations that rest on its facts and were made, changed or removed. */
  changes: readonly { documentId: string; kind: ChangeKind; observationId: string }[];
  /** Facts that are done with. */
  processed: number;
}

export type ChangeKind = "created" | "updated" | "removed";

export const NO_OUTCOME: Outcome = {
  created: 0,
  updated: 0,
  merged: 0,
  deleted: 0,
  failed: 0,
  changes: [],
  processed: 0,
};

/** Tells in a consolidation's metadata how far it got, each step in the transaction that stores it. */
export class Progress {
  readonly #operation: OperationRun;
  readonly #total: number;
  readonly #earlier: unknown[];
  #sum: Outcome = NO_OUTCOME;

  /** @param events what the metadata holds of documents when the run begins. */
  constructor(operation: OperationRun, total: number, events: unknown) {
    this.#operation = operation;
    this.#total = total;
    this.#earlier = Array.isArray(events) ? events : [];
  }

  get processed(): number {
    return this.#sum.processed;
  }

  /**
   * Tells of a step in the transaction that stores it.
   * @returns what to call once it is committed.
   */
  async note(outcome: Outcome, now: Date, tx: Queryable): Promise<() => void> {
    const sum = this.#plus(outcome);
    await this.#operation.note(this.#metadata(sum, now), tx);
    return () => {
      // Others may have been committed since: what is kept is added up anew.
      this.#sum = this.#plus(outcome);
    };
  }

  /** What the metadata says once all is consolidated. */
  atEnd(now: Date): Record<string, unknown> {
    const { processed } = this.#sum;
    return {
      progress: { stage: "refreshing_mental_models", at: isoDate(now), processed, total: this.#total },
    };
  }

  #plus(outcome: Outcome): Outcome {
    return {
      created: this.#sum.created + outcome.created,
      updated: this.#sum.updated + outcome.updated,
      merged: this.#sum.merged + outcome.merged,
      deleted: this.#sum.deleted + outcome.deleted,
      failed: this.#sum.failed + outcome.failed,
      changes: [...this.#sum.changes, ...outcome.changes],
      processed: this.#sum.processed + outcome.processed,
    };
  }

  #metadata(sum: Outcome, now: Date): Record<string, unknown> {
    const events = eventsOf(sum, now);
    return {
      progress: {
        stage: "consolidating",
        at: isoDate(now),
        processed: sum.processed,
        total: this.#total,
        detail: {
          observations_created: sum.created,
          observations_updated: sum.updated,
          observations_merged: sum.merged,
          observations_deleted: sum.deleted,
          memories_failed: sum.failed,
        },
      },
      ...(events.length > 0 && { document_events: [...this.#earlier, ...events] }),
    };
  }
}

/** One event for each document, in the order in which they were reached. */
function eventsOf({ changes }: Outcome, now: Date): DocumentEvent[] {
  const byDocument = new Map<string, Record<ChangeKind, Set<string>>>();
  for (const { documentId, kind, observationId } of changes) {
    const of = byDocument.get(documentId) ?? {
      created: new Set(),
      updated: new Set(),
      removed: new Set(),
    };
    of[kind].add(observationId);
    byDocument.set(documentId, of);
  }
  return [...byDocument].map(([documentId, { created, updated, removed }]) => ({
    ...documentEvent(documentId, "consolidation", now, { removedObservationIds: [...removed] }),
    observations_created: { count: created.size, ids: [...created] },
    observations_updated: { count: updated.size, ids: [...updated] },
  }));
}
