import { type BankRow, beginBankWrite } from "../../store/banks.ts";
import type { Queryable } from "../../store/database.ts";
import { existingDocumentIds, findDocument, type StoredDocument } from "../../store/documents.ts";
import { derivedUuid } from "../ids.ts";
import type { DocumentEventKind } from "../queue/document-events.ts";
import { type DocumentWriter, type WrittenRun, writeRun } from "./document-writer.ts";
import { isAppend } from "./documents.ts";
import { type DocumentDraft, isIndependent } from "./draft.ts";
import type { RetainRun } from "./run.ts";

/** A document as it was stored. */
export interface StoredDraft {
  documentId: string;
  kind: Extract<DocumentEventKind, "retain" | "append" | "reprocess">;
  runs: WrittenRun[];
}

/**
 * Stores a document with all that was drawn from it, in one transaction.
 *
 * @returns "outdated" when the draft rests on what is no longer stored, "superseded" when a request that began later has
 * written the document already; nothing is stored then.
 */
export async function storeDocument(
  run: RetainRun,
  draft: DocumentDraft,
): Promise<StoredDraft | "outdated" | "superseded"> {
  const now = run.context.clock.now();
  const count = draft.writes
    .flatMap(({ batches }) => batches)
    .reduce((sum, { facts }) => sum + facts.length, 0);
  let onCommit: (() => void) | undefined;
  const outcome = await run.context.database.transaction(async (tx) => {
    const { bank, firstPosition } = await beginBankWrite(tx, run.bank.bankKey, count);
    const documentId = draft.plan.documentId ?? (await generateDocumentId(tx, bank, draft.contentHash));
    const stored = await findDocument(tx, bank.bankKey, documentId);
    if (isSuperseded(run, draft, stored)) return "superseded";
    if (!isIndependent(draft) && !isSameWrite(stored, draft.base)) return "outdated";
    const writer: DocumentWriter = {
      tx,
      run,
      bank,
      draft,
      documentId,
      isNew: !stored,
      position: firstPosition,
      now,
    };
    const runs: WrittenRun[] = [];
    for (const write of draft.writes) {
      runs.push(await writeRun(writer, write));
      writer.isNew = false;
    }
    const result: StoredDraft = { documentId, kind: kindOf(draft), runs };
    onCommit = await run.tracker?.stored(result, tx);
    return result;
  });
  onCommit?.();
  return outcome;
}

/** A document that was deleted and made again counts its revisions anew, but another request has written it. */
function isSameWrite(a: StoredDocument | undefined, b: StoredDocument | undefined): boolean {
  return a?.revision === b?.revision && a?.writtenBy === b?.writtenBy;
}

function isSuperseded(run: RetainRun, draft: DocumentDraft, stored: StoredDocument | undefined): boolean {
  return !isAppend(draft.plan.items) && stored !== undefined && BigInt(stored.writtenBy) > BigInt(run.number);
}

function kindOf({ plan: { items } }: DocumentDraft): StoredDraft["kind"] {
  if (items.some(({ forceReextract }) => forceReextract)) return "reprocess";
  return isAppend(items) ? "append" : "retain";
}

/** An id for a document without one: a function of the text, and the first such id that the bank has no document of. */
async function generateDocumentId(
  tx: Queryable,
  { bankKey, idSeed }: BankRow,
  contentHash: string,
): Promise<string> {
  for (let first = 0, count = 1; ; first += count, count *= 4) {
    const ids = Array.from({ length: count }, (_, index) =>
      derivedUuid(idSeed, "document", contentHash, first + index),
    );
    const taken = await existingDocumentIds(tx, bankKey, ids);
    const free = ids.find((id) => !taken.has(id));
    if (free !== undefined) return free;
  }
}
