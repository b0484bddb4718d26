import { createHash } from "node:crypto";
import { beginBankWrite } from "../../store/banks.ts";
import { type ChunkRow, deleteChunks, insertChunks } from "../../store/chunks.ts";
import type { Queryable } from "../../store/database.ts";
import { existingDocumentIds, findDocument, writeDocument } from "../../store/documents.ts";
import { deleteUnmentioned, takeMentionsBack } from "../../store/entities.ts";
import { deleteUnitsOf, insertUnits, type NewUnit } from "../../store/memory-units.ts";
import { linkEntities } from "../entities/link.ts";
import { derivedUuid } from "../ids.ts";
import { codePointLength } from "./code-points.ts";
import type { DocumentDraft } from "./draft.ts";
import { retainParams } from "./item-source.ts";
import { labelTest } from "./labels/label-names.ts";
import type { RetainRun } from "./run.ts";

export interface StoredDraft {
  documentId: string;
  /** In the order of the facts. */
  unitIds: string[];
}

/**
 * Stores a document with its chunks and facts in one transaction, in place of what the document held before.
 *
 * @param number the document's place in the retain.
 * @returns "stale" when a document that is appended to was written since it was read; nothing is stored then.
 */
export async function storeDocument(
  run: RetainRun,
  draft: DocumentDraft,
  number: number,
): Promise<StoredDraft | "stale"> {
  const { bankKey, idSeed } = run.bank;
  const now = run.context.clock.now();
  return run.context.database.transaction(async (tx) => {
    const firstPosition = await beginBankWrite(tx, bankKey, draft.facts.length);
    await run.note?.({}, tx);
    const contentHash = sha256(draft.text);
    const documentId = draft.plan.documentId ?? (await generateDocumentId(tx, run, contentHash, number));
    if (draft.appendsTo !== undefined) {
      const stored = await findDocument(tx, bankKey, documentId);
      if ((stored?.revision ?? null) !== draft.appendsTo) return "stale";
    }
    const formerEntities = await takeMentionsBack(tx, bankKey, documentId);
    await deleteUnitsOf(tx, bankKey, documentId);
    await deleteChunks(tx, bankKey, documentId);
    const revision = await writeDocument(tx, bankKey, documentRow(run, draft, documentId, contentHash), now);
    await insertChunks(tx, bankKey, documentId, chunkRows(run, draft, documentId), now);
    const units = draft.facts.map((fact, index): NewUnit => {
      const embedding = draft.vectors[index];
      if (!embedding) throw new Error("The embedder returned fewer vectors than texts");
      return {
        ...fact.unit,
        unitId: derivedUuid(idSeed, "unit", documentId, revision, fact.chunkIndex, fact.factIndex),
        documentId,
        chunkIndex: fact.chunkIndex,
        chunkId: chunkIdOf(run.bank.bankId, documentId, fact.chunkIndex),
        embedding,
      };
    });
    await insertUnits(tx, bankKey, units, firstPosition, now, run.context.vectors.column);
    const mentions = units.map(({ unitId, eventDate }, index) => ({
      unitId,
      date: eventDate,
      mentions: draft.facts[index]?.mentions ?? [],
    }));
    await linkEntities(tx, run.bank, mentions, {
      settings: run.context.settings.retain,
      isLabel: labelTest(run.settings.labels),
      now,
    });
    await deleteUnmentioned(tx, bankKey, formerEntities);
    return { documentId, unitIds: units.map((unit) => unit.unitId) };
  });
}

/**
 * An id for a document without one. An operation's is a function of the operation, so that running it again replaces what
 * it stored before; otherwise it is a function of the text, and the first such id that the bank has no document of.
 */
async function generateDocumentId(
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

function documentRow(run: RetainRun, draft: DocumentDraft, documentId: string, contentHash: string) {
  const { items } = draft.plan;
  const [first] = items;
  if (!first) throw new Error("A document is made of at least one item");
  const keepsText = run.settings.storeDocumentText;
  return {
    documentId,
    originalText: keepsText ? draft.text : null,
    textLength: keepsText ? codePointLength(draft.text) : 0,
    contentHash,
    tags: [...new Set(items.flatMap((item) => item.tags))],
    retainParams: retainParams(first, run.context.clock.now()),
    documentMetadata: first.metadata ?? null,
    observationScopes: first.observationScopes ?? null,
  };
}

function chunkRows(run: RetainRun, draft: DocumentDraft, documentId: string): ChunkRow[] {
  return draft.chunks.map((text, chunkIndex) => ({
    chunkIndex,
    chunkId: chunkIdOf(run.bank.bankId, documentId, chunkIndex),
    chunkText: run.settings.storeDocumentText ? text : "",
    contentHash: sha256(text),
  }));
}

/** `_` separates the parts of a chunk's id, and is escaped within them. */
function chunkIdOf(bankId: string, documentId: string, chunkIndex: number): string {
  const escaped = (part: string) => part.replaceAll("~", "~7E").replaceAll("_", "~5F");
  return `${escaped(bankId)}_${escaped(documentId)}_${chunkIndex}`;
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
