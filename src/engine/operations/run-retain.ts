import { findBank, skipPositions } from "../../store/banks.ts";
import type { Queryable } from "../../store/database.ts";
import type { ClaimedOperation } from "../../store/operation-claims.ts";
import { resolveConfig } from "../banks/resolve-config.ts";
import type { EngineContext } from "../context.ts";
import { bankNotFound, EngineError } from "../errors.ts";
import { isoDate } from "../iso-date.ts";
import { documentEvent } from "../queue/document-events.ts";
import type { OperationRun } from "../queue/execution.ts";
import { retain } from "../retain/retain.ts";
import type { RetainTracker } from "../retain/run.ts";
import { retainSettings } from "../retain/settings.ts";
import type { StoredDraft } from "../retain/store-document.ts";
import { isRetainPayload, payloadItems } from "./payload.ts";

/**
 * In test mode what was sent at the same time was sent in no order: nothing lies just before or just after what one operation stores.
 */
const APART = 1_000;

/**
 * Executes a child of an asynchronous retain.
 * @returns what its result_metadata says of it.
 */
export async function runRetain(
  context: EngineContext,
  operation: ClaimedOperation,
  run: OperationRun,
): Promise<Record<string, unknown>> {
  const { sandboxId, bankId, operationId, taskPayload } = operation;
  if (!isRetainPayload(taskPayload)) {
    throw new EngineError("invalid_value", `Operation ${operationId} has a payload that is not understood`);
  }
  const bank = await findBank(context.database, { sandboxId, bankId });
  if (!bank) throw bankNotFound(bankId);
  const payloads = [taskPayload, ...run.folded.map((other) => other.taskPayload).filter(isRetainPayload)];
  const items = payloads.flatMap(payloadItems);
  const settings = retainSettings(resolveConfig(context.bankDefaults, bank.config), taskPayload.strategy);
  const tracker = new OperationTracker(context, operation, run);
  const { signal, checkpoint } = run;
  // It is as late as the last of those that it takes along.
  const { position: submitted } = run.folded.at(-1) ?? operation;
  const keepApart = async () => {
    if (context.testMode) await skipPositions(context.database, bank.bankKey, APART);
  };
  await keepApart();
  await retain(context, bank, items, { settings, operationId, submitted, signal, checkpoint, tracker });
  await keepApart();
  return { unit_ids_count: tracker.factCount, extraction_errors_count: 0 };
}

/** Tells in an operation's metadata what became of its documents, each in the transaction that stores it. */
class OperationTracker implements RetainTracker {
  factCount = 0;
  readonly #context: EngineContext;
  readonly #run: OperationRun;
  readonly #documentIds: Set<unknown>;
  #committedIds: Set<unknown>;
  #events: unknown[];

  constructor(context: EngineContext, { resultMetadata }: ClaimedOperation, run: OperationRun) {
    this.#context = context;
    this.#run = run;
    // What an earlier run of the operation has told.
    this.#documentIds = new Set(listOf(resultMetadata.document_ids));
    this.#committedIds = new Set(listOf(resultMetadata.facts_committed_document_ids));
    this.#events = listOf(resultMetadata.document_events);
  }

  async reached(documentIds: readonly string[]): Promise<void> {
    if (documentIds.length === 0) return;
    for (const documentId of documentIds) this.#documentIds.add(documentId);
    await this.#run.note({ document_ids: [...this.#documentIds] });
  }

  async stored({ documentId, kind, runs }: StoredDraft, tx: Queryable): Promise<() => void> {
    const now = this.#context.clock.now();
    const committedIds = new Set(this.#committedIds);
    const events = [...this.#events];
    let { factCount } = this;
    const metadata: Record<string, unknown> = {};
    for (const { unitIds, factsRemoved, observationIds, chunks } of runs) {
      factCount += unitIds.length;
      events.push(
        documentEvent(documentId, kind, now, {
          factsAdded: unitIds.length,
          factsRemoved,
          removedObservationIds: observationIds,
        }),
      );
      if (!chunks) continue;
      if (unitIds.length > 0) {
        committedIds.add(documentId);
        // Until the operation has ended: the last document's alone.
        metadata.unit_ids_count = unitIds.length;
      }
      if (chunks.processed === 0) continue;
      metadata.progress = {
        stage: "storing",
        at: isoDate(now),
        processed: chunks.processed,
        total: chunks.total,
        detail: { facts_committed: unitIds.length },
      };
    }
    if (committedIds.size > 0) {
      metadata.facts_committed = true;
      metadata.facts_committed_document_ids = [...committedIds];
    }
    await this.#run.note({ ...metadata, document_events: events }, tx);
    return () => {
      this.factCount = factCount;
      this.#committedIds = committedIds;
      this.#events = events;
    };
  }
}

function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? [...value] : [];
}
