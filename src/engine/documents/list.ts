import {
  type DocumentFilter,
  type ListedDocument,
  listDocuments as listDocumentRows,
} from "../../store/document-list.ts";
import { requireBank } from "../banks/banks.ts";
import type { EngineContext } from "../context.ts";
import { EngineError } from "../errors.ts";
import { tagFilterOf } from "../tags/tag-filter-of.ts";
import type { BankAddress, TagRequest } from "../types.ts";

export type { ListedDocument };

/**
 * A page of a bank's documents, the last written first, and how many there are.
 * @throws EngineError `bank_not_found`; `invalid_value` when the period is empty.
 */
export async function listDocuments(
  context: EngineContext,
  address: BankAddress,
  filter: Omit<DocumentFilter, "tags"> & TagRequest,
) {
  const { bankKey } = await requireBank(context, address);
  if (filter.from && filter.until && filter.until <= filter.from) {
    throw new EngineError("invalid_value", "end_date must be after start_date");
  }
  const tags = await tagFilterOf(context.database, bankKey, filter);
  return listDocumentRows(context.database, bankKey, { ...filter, tags });
}
