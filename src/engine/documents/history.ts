import { findBank } from "../../store/banks.ts";
import { listDocumentOperations } from "../../store/document-events.ts";
import type { EngineContext } from "../context.ts";
import type { DocumentEvent } from "../queue/document-events.ts";
import type { BankAddress } from "../types.ts";

/** What happened to a document, and the operation that says so. */
export interface HistoryEntry extends DocumentEvent {
  operation_id: string;
}

/**
 * What happened to a document, newest first, as the operations of a page of the bank's operations on it tell. A document
 * that does not exist (any more) has what is still told of it.
 * @returns `total`: the number of operations.
 */
export async function readDocumentHistory(
  { database }: EngineContext,
  address: BankAddress,
  documentId: string,
  page: { limit: number; offset: number },
): Promise<{ total: number; entries: HistoryEntry[] }> {
  const bank = await findBank(database, address);
  if (!bank) return { total: 0, entries: [] };
  const { total, operations } = await listDocumentOperations(database, bank.bankKey, documentId, page);
  const entries = operations.flatMap(({ operationId, events }) =>
    // What was noted last of an operation happened last, also while the clock stands still.
    [...events]
      .reverse()
      .map((event) => ({ ...(event as unknown as DocumentEvent), operation_id: operationId })),
  );
  entries.sort((a, b) => Date.parse(b.created_at) - Date.parse(a.created_at));
  return { total, entries };
}
