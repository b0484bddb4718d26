import { beginBankRewrite, findBankForUpdate } from "../../store/banks.ts";
import {
  deleteDocument as deleteDocumentRow,
  factsOfDocument,
  lockDocumentTags,
} from "../../store/documents.ts";
import { deleteArchived } from "../../store/unit-removal.ts";
import type { EngineContext } from "../context.ts";
import { refreshAfterRemoval } from "../mental-models/refresh-after-removal.ts";
import { queueConsolidationOfChange } from "../queue/consolidation.ts";
import { queueGraphMaintenance } from "../queue/maintenance.ts";
import { removeFacts } from "../removal/remove-units.ts";
import type { BankAddress } from "../types.ts";
import { documentNotFound } from "./read.ts";

/**
 * Deletes a document with its chunks and facts, also those in the archive.
 *
 * @returns how many live facts there were.
 * @throws EngineError `not_found`, also where the bank does not exist.
 */
export async function deleteDocument(
  context: EngineContext,
  address: BankAddress,
  documentId: string,
): Promise<number> {
  const { database, statsCache, clock } = context;
  const deleted = await database.transaction(async (tx) => {
    const bank = await findBankForUpdate(tx, address);
    if (!bank || !(await lockDocumentTags(tx, bank.bankKey, documentId))) throw documentNotFound(documentId);
    const { bankKey } = bank;
    const unitIds = await factsOfDocument(tx, bankKey, documentId);
    if (unitIds.length > 0) {
      await beginBankRewrite(tx, bankKey);
      await queueGraphMaintenance(tx, bank, clock.now());
    }
    const { facts, observationIds } = await removeFacts(tx, bank, unitIds, clock.now());
    await deleteArchived(tx, bankKey, { documentId });
    await deleteDocumentRow(tx, bankKey, documentId);
    if (observationIds.length > 0) await queueConsolidationOfChange(context, tx, bank);
    await refreshAfterRemoval(context, tx, bank);
    return { bankKey, facts };
  });
  statsCache.drop(deleted.bankKey);
  return deleted.facts;
}
