import { findBank } from "../../store/banks.ts";
import { countDocuments, countUnitsByDocument, type DocumentCounts } from "../../store/document-counts.ts";
import type { ClaimedOperation } from "../../store/operation-claims.ts";
import { resolveConfig } from "../banks/resolve-config.ts";
import { retainSettings } from "../banks/settings.ts";
import type { EngineContext } from "../context.ts";
import { documentEvent } from "../documents/events.ts";
import { bankNotFound, EngineError } from "../errors.ts";
import { isoDate } from "../iso-date.ts";
import { retain } from "../retain/retain.ts";
import type { RetainItem } from "../types.ts";
import type { OperationRun } from "./execution.ts";
import { fromPayloadItem, isRetainPayload } from "./payload.ts";

/**
 * Executes a child of an asynchronous retain.
 * @returns what its result_metadata says of it.
 */
export async function runRetain(
  context: EngineContext,
  operation: ClaimedOperation,
  { signal, note, folded }: OperationRun,
): Promise<Record<string, unknown>> {
  const { database } = context;
  const { sandboxId, bankId, operationId, taskPayload } = operation;
  if (!isRetainPayload(taskPayload)) {
    throw new EngineError("invalid_value", `Operation ${operationId} has a payload that is not understood`);
  }
  const bank = await findBank(database, { sandboxId, bankId });
  if (!bank) throw bankNotFound(bankId);
  const payloads = [taskPayload, ...folded.map((other) => other.taskPayload).filter(isRetainPayload)];
  const items = payloads.flatMap(({ contents }) => contents.map(fromPayloadItem));
  const settings = retainSettings(resolveConfig(context.bankDefaults, bank.config), taskPayload.strategy);
  const named = items.flatMap(({ documentId }) => documentId ?? []);
  // Also an operation that fails names the documents that it was about.
  if (named.length > 0) await note({ document_ids: [...new Set(named)] });
  const before = await countDocuments(database, bank.bankKey, named);
  const { documentIds, unitIds } = await retain(context, bank, items, {
    settings,
    operationId,
    signal,
    note,
  });
  const [after, added] = await Promise.all([
    countDocuments(database, bank.bankKey, documentIds),
    countUnitsByDocument(database, bank.bankKey, unitIds),
  ]);
  return {
    document_ids: documentIds,
    unit_ids_count: unitIds.length,
    extraction_errors_count: 0,
    document_events: documentIds.map((documentId) =>
      documentEvent(documentId, kindOf(items, documentId), context.clock.now(), {
        factsAdded: added.get(documentId) ?? 0,
        factsRemoved: removed(before.get(documentId), after.get(documentId), added.get(documentId)),
      }),
    ),
    ...progress(
      documentIds.filter((documentId) => !before.has(documentId)),
      after,
      added,
      context.clock.now(),
    ),
  };
}

function kindOf(items: readonly RetainItem[], documentId: string): "retain" | "append" | "reprocess" {
  const ofDocument = items.filter((item) => item.documentId === documentId);
  if (ofDocument.some((item) => item.forceReextract)) return "reprocess";
  return ofDocument.some((item) => item.updateMode === "append") ? "append" : "retain";
}

function removed(before?: DocumentCounts, after?: DocumentCounts, added = 0): number {
  return (before?.units ?? 0) + added - (after?.units ?? 0);
}

/** How far the storing of new documents got; what changes a document that was there is not counted. */
function progress(
  newDocuments: readonly string[],
  after: ReadonlyMap<string, DocumentCounts>,
  added: ReadonlyMap<string, number>,
  now: Date,
): Record<string, unknown> {
  if (newDocuments.length === 0) return {};
  const sum = (count: (documentId: string) => number | undefined) =>
    newDocuments.reduce((total, documentId) => total + (count(documentId) ?? 0), 0);
  // A document without facts is stored without its chunks, but one was read at least.
  const chunks = sum((documentId) => after.get(documentId)?.chunks || 1);
  const facts = sum((documentId) => added.get(documentId));
  return {
    ...(facts > 0 && {
      facts_committed: true,
      facts_committed_document_ids: newDocuments.filter((documentId) => added.has(documentId)),
    }),
    progress: {
      stage: "storing",
      at: isoDate(now),
      processed: chunks,
      total: chunks,
      detail: { facts_committed: facts },
    },
  };
}
