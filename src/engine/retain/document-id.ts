import type { Queryable } from "../../store/database.ts";
import { existingDocumentIds } from "../../store/documents.ts";
import { derivedUuid } from "../ids.ts";
import type { RetainRun } from "./run.ts";

/**
 * An id for a document without one. An operation's is a function of the operation, so that running it again replaces what
 * it stored before; otherwise it is a function of the text, and the first such id that the bank has no document of.
 *
 * @param number the document's place in the retain.
 */
export async function generateDocumentId(
  tx: Queryable,
  { bank, operationId }: RetainRun,
  contentHash: string,
  number: number,
): Promise<string> {
  if (operationId !== undefined) return derivedUuid(bank.idSeed, "document", operationId, number);
  for (let first = 0, count = 1; ; first += count, count *= 4) {
    const ids = Array.from({ length: count }, (_, index) =>
      derivedUuid(bank.idSeed, "document", contentHash, first + index),
    );
    const taken = await existingDocumentIds(tx, bank.bankKey, ids);
    const free = ids.find((id) => !taken.has(id));
    if (free !== undefined) return free;
  }
}
