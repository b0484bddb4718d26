import {
  type DocumentFilter,
  type ListedDocument,
  listDocuments as listDocumentRows,
} from "../../store/document-list.ts";
import { requireBank } from "../banks/banks.ts";
import type { EngineContext } from "../context.ts";
import { EngineError } from "../errors.ts";
import type { BankAddress } from "../types.ts";

export type { ListedDocument };

/**
 * A page of a bank's documents, the last written first, and how many there are.
 * @throws EngineError `bank_not_found`; `invalid_value` when the period is empty.
 */
export async function listDocuments(context: EngineContext, address: BankAddress, filter: DocumentFilter) {
  const { bankKey } = await requireBank(context, address);
  if (filter.from && filter.until && filter.until <= filter.from) {
    throw new EngineError("invalid_value", "end_date must be after start_date");
  }
  return listDocumentRows(context.database, bankKey, filter);
}
