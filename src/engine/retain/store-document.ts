import { keepAttachments } from "../../store/attachments.ts";
import { type BankRow, beginBankRewrite, beginBankWrite } from "../../store/banks.ts";
import { deleteChunks, insertChunks } from "../../store/chunks.ts";
import type { Queryable } from "../../store/database.ts";
import { findDocument, writeDocument } from "../../store/documents.ts";
import { listUnitsOutside } from "../../store/memory-units.ts";
import { deleteArchivedOf } from "../../store/unit-removal.ts";
import { placeholderIds } from "../attachments/placeholders.ts";
import { removeFacts } from "../memories/remove-units.ts";
import {
  queueAutomaticConsolidation,
  queueConsolidationOfChange,
} from "../operations/queue-consolidation.ts";
import { generateDocumentId } from "./document-id.ts";
import { chunkRows, documentRow } from "./document-row.ts";
import type { DocumentDraft } from "./draft.ts";
import { sha256 } from "./hash.ts";
import { filenamesOf } from "./item-source.ts";
import { linkSemantically } from "./links/semantic.ts";
import { relabelKept } from "./relabel-kept.ts";
import type { RetainRun } from "./run.ts";
import { storeFacts } from "./store-facts.ts";

export interface StoredDraft {
  documentId: string;
  /** In the order of the facts. */
  unitIds: string[];
}

/**
 * Stores a draft in one transaction: what the document keeps is labelled anew, the rest of what it held is replaced.
 *
 * @param number the document's place in the retain.
 * @returns "stale" when the document was written since it was read; nothing is stored then.
 */
export async function storeDocument(
  run: RetainRun,
  draft: DocumentDraft,
  number: number,
): Promise<StoredDraft | "stale"> {
  const stored = await run.context.database.transaction((tx) => store(run, tx, draft, number));
  if (stored !== "stale") {
    await linkSemantically(run, { unitIds: stored.unitIds, later: draft.kept.size > 0 });
  }
  return stored;
}

async function store(
  run: RetainRun,
  tx: Queryable,
  draft: DocumentDraft,
  number: number,
): Promise<StoredDraft | "stale"> {
  const { bankKey } = run.bank;
  const now = run.context.clock.now();
  const firstPosition = await beginBankWrite(tx, bankKey, draft.facts.length);
  // Stores only while the operation is still this run's.
  await run.note?.({}, tx);
  const documentId = draft.plan.documentId ?? (await generateDocumentId(tx, run, sha256(draft.text), number));
  if (draft.plan.documentId !== undefined) {
    const current = await findDocument(tx, bankKey, documentId);
    if ((current?.revision ?? null) !== draft.readRevision) return "stale";
  }
  const bank = await makeRoom(run, tx, draft, documentId, now);
  const revision = await writeDocument(tx, bankKey, documentRow(run, draft, documentId), now);
  const shown = placeholderIds(draft.text);
  await keepAttachments(tx, bankKey, documentId, shown, filenamesOf(draft.plan.items));
  await insertChunks(tx, bankKey, documentId, chunkRows(run, draft, documentId), now);
  const unitIds = await storeFacts(run, tx, draft, { documentId, revision, firstPosition, now });
  // Also when nothing was found: what is left of the document may have changed.
  await queueAutomaticConsolidation(run.context, tx, bank);
  return { documentId, unitIds };
}

/** Removes what the document does not keep, and labels what it does. @returns the bank as it is then. */
async function makeRoom(
  run: RetainRun,
  tx: Queryable,
  draft: DocumentDraft,
  documentId: string,
  now: Date,
): Promise<BankRow> {
  const { context, bank } = run;
  // A document without an id of the caller's is new, but when the operation that makes it runs again.
  if (draft.readRevision === null && run.operationId === undefined) return bank;
  const kept = [...draft.kept];
  const gone = await listUnitsOutside(tx, bank.bankKey, documentId, kept);
  await deleteChunks(tx, bank.bankKey, documentId, kept);
  // What is in the archive goes with the document as a whole only.
  if (kept.length === 0) await deleteArchivedOf(tx, bank.bankKey, documentId);
  if (gone.length === 0 && kept.length === 0) return bank;
  const rewritten = (await beginBankRewrite(tx, bank.bankKey)) ?? bank;
  const { observationIds } = await removeFacts(tx, rewritten, gone, now);
  const relabelled =
    kept.length > 0
      ? await relabelKept(run, tx, draft, { documentId, revision: rewritten.revision, now })
      : [];
  if (observationIds.length + relabelled.length > 0) {
    await queueConsolidationOfChange(context, tx, rewritten);
  }
  return rewritten;
}
