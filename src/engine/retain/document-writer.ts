import { keepAttachments } from "../../store/attachments.ts";
import { type BankRow, markRewritten } from "../../store/banks.ts";
import { deleteChunks, factsOfChunks, writeChunks } from "../../store/chunks.ts";
import type { Queryable } from "../../store/database.ts";
import { type DocumentRow, factsOfDocument, writeDocument } from "../../store/documents.ts";
import { queueLinks } from "../../store/link-queue.ts";
import { insertLinks } from "../../store/memory-links.ts";
import { insertUnits, type NewUnit } from "../../store/memory-units.ts";
import { deleteArchived } from "../../store/unit-removal.ts";
import { placeholderIds } from "../attachments/placeholders.ts";
import { linkEntities } from "../entities/link.ts";
import { derivedUuid } from "../ids.ts";
import { labelTest, tagKeys } from "../labels/label-names.ts";
import { removeFacts } from "../removal/remove-units.ts";
import type { RetainItem } from "../types.ts";
import { codePointLength } from "./code-points.ts";
import type { SourceChunk } from "./content.ts";
import { hashOf } from "./document-state.ts";
import { isAppend } from "./documents.ts";
import type { DocumentDraft } from "./draft.ts";
import type { DraftWrite, FactBatch } from "./draft-write.ts";
import { filenamesOf, retainParams } from "./item-source.ts";
import { causalLinks } from "./links/causal.ts";
import { CHANGE_NEIGHBOURS, FIRST_WRITE_NEIGHBOURS } from "./links/semantic.ts";
import { semanticLink } from "./links/semantic-link.ts";
import { temporalLinks } from "./links/temporal.ts";
import { relabelKept } from "./relabel.ts";
import type { RetainRun } from "./run.ts";

/** A transaction that writes one document. */
export interface DocumentWriter {
  tx: Queryable;
  run: RetainRun;
  /** Locked. */
  bank: BankRow;
  draft: DocumentDraft;
  documentId: string;
  /** Whether there is nothing yet that could have to go. */
  isNew: boolean;
  /** Of the next fact. */
  position: number;
  now: Date;
}

/** What the write of one run came to. */
export interface WrittenRun {
  unitIds: string[];
  /** Facts that went, or whose observations did. */
  factsRemoved: number;
  observationIds: string[];
  /** Its chunks, of which so many were extracted; null: the document was there, and changed. */
  chunks: { processed: number; total: number } | null;
}

/** Writes a run of a document's chunks, with their facts and all that belongs to them. */
export async function writeRun(writer: DocumentWriter, write: DraftWrite): Promise<WrittenRun> {
  const { tx, bank, documentId, run, draft, now } = writer;
  const keepsText = run.settings.storeDocumentText;
  const row = documentRow(writer, keepsText || write.kind === "change" || write.kind === "relabel");
  const revision = await writeDocument(tx, bank.bankKey, row, now);
  const shown = placeholderIds(draft.content.text);
  await keepAttachments(tx, bank.bankKey, documentId, shown, filenamesOf(draft.plan.items));
  const removed = await removeOld(writer, write);
  if (write.kind === "change" || write.kind === "relabel") {
    const { source, tags } = draft.content;
    const labels = { source, tags, tagKeys: tagKeys(run.settings.labels), now };
    const relabelled = await relabelKept(tx, bank, documentId, labels);
    removed.facts += relabelled.moved;
    removed.observationIds.push(...relabelled.observationIds);
  }
  const firstPosition = writer.position;
  const unitIds: string[] = [];
  for (const batch of write.batches) {
    await writeChunks(tx, bank.bankKey, documentId, batch.chunks.map(chunkRow(writer, keepsText)), now);
    const units = unitsOf(writer, batch, revision);
    await writeFacts(writer, batch, units, write);
    for (const { unitId } of units) unitIds.push(unitId);
  }
  const isChange = write.kind === "change";
  await queueLinks(
    tx,
    bank.bankKey,
    unitIds.map((unitId) => ({
      unitId,
      beforePosition: isChange ? firstPosition : writer.position,
      neighbours: isChange ? CHANGE_NEIGHBOURS : FIRST_WRITE_NEIGHBOURS,
    })),
  );
  const isDelta = isChange || write.kind === "relabel";
  const chunks = isDelta ? null : { processed: write.extractedCount, total: write.chunkCount };
  return { unitIds, factsRemoved: removed.facts, observationIds: removed.observationIds, chunks };
}

function documentRow({ run, draft, documentId }: DocumentWriter, keepsText: boolean): DocumentRow {
  const { text, source, tags } = draft.content;
  return {
    documentId,
    originalText: keepsText ? text : null,
    textLength: keepsText ? codePointLength(text) : 0,
    contentHash: draft.contentHash,
    tags,
    retainParams: retainParams(remembered(draft)),
    documentMetadata: source.metadata ?? null,
    observationScopes: source.observationScopes ?? null,
    writtenBy: run.number,
  };
}

/** What was stored comes first in a document that is appended to, and it gives attachments no names. */
function remembered({ plan, content, base }: DocumentDraft): RetainItem {
  const { attachmentFilenames, ...unnamed } = content.source;
  return base && isAppend(plan.items) ? unnamed : content.source;
}

/** Removes what the write takes the place of. */
async function removeOld(
  { tx, bank, documentId, isNew, now }: DocumentWriter,
  { kind, removed }: DraftWrite,
): Promise<{ facts: number; observationIds: string[] }> {
  const { bankKey } = bank;
  const replaces = kind === "replace" && !isNew;
  if (!replaces && removed.length === 0) return { facts: 0, observationIds: [] };
  const ids = replaces
    ? await factsOfDocument(tx, bankKey, documentId)
    : await factsOfChunks(tx, bankKey, documentId, removed);
  const gone = await removeFacts(tx, bank, ids, now);
  if (replaces) await deleteArchived(tx, bankKey, { documentId });
  await deleteChunks(tx, bankKey, documentId, replaces ? null : removed);
  if (ids.length > 0) await markRewritten(tx, bankKey);
  return { facts: gone.facts, observationIds: gone.observationIds };
}

function chunkRow({ bank, documentId }: DocumentWriter, keepsText: boolean) {
  return ({ index, text }: SourceChunk) => ({
    chunkIndex: index,
    chunkId: chunkIdOf(bank.bankId, documentId, index),
    chunkText: keepsText ? text : "",
    contentHash: hashOf(text),
  });
}

/** `_` separates the parts of a chunk's id, and is escaped within them. */
function chunkIdOf(bankId: string, documentId: string, chunkIndex: number): string {
  const escaped = (part: string) => part.replaceAll("~", "~7E").replaceAll("_", "~5F");
  return `${escaped(bankId)}_${escaped(documentId)}_${chunkIndex}`;
}

function unitsOf({ bank, documentId }: DocumentWriter, batch: FactBatch, revision: string): NewUnit[] {
  return batch.facts.map((fact, index): NewUnit => {
    const embedding = batch.vectors[index];
    if (!embedding) throw new Error("The embedder returned fewer vectors than texts");
    return {
      ...fact.unit,
      unitId: derivedUuid(bank.idSeed, "unit", documentId, revision, fact.chunkIndex, fact.factIndex),
      documentId,
      chunkIndex: fact.chunkIndex,
      chunkId: chunkIdOf(bank.bankId, documentId, fact.chunkIndex),
      embedding,
    };
  });
}

/** Stores the facts of a batch with their entities, and their links in time, by cause and, where they are told, among each other. */
async function writeFacts(
  writer: DocumentWriter,
  { facts }: FactBatch,
  units: readonly NewUnit[],
  { pairs }: DraftWrite,
): Promise<void> {
  if (units.length === 0) return;
  const { tx, run, bank, now } = writer;
  const { bankKey } = bank;
  await insertUnits(tx, bankKey, units, writer.position, now, run.context.vectors.column);
  writer.position += units.length;
  const mentions = units.map(({ unitId, eventDate }, index) => ({
    unitId,
    date: eventDate,
    mentions: facts[index]?.mentions ?? [],
  }));
  await linkEntities(tx, bank, mentions, {
    settings: run.context.settings.retain,
    isLabel: labelTest(run.settings.labels),
    now,
  });
  const placed = facts.map((fact, index) => ({ fact, unitId: units[index]?.unitId ?? "" }));
  const links = [
    ...(await temporalLinks(tx, bankKey, units)),
    ...causalLinks(placed),
    ...pairs.map(({ from, to, score }) =>
      semanticLink(units[from]?.unitId ?? "", units[to]?.unitId ?? "", score),
    ),
  ];
  await insertLinks(tx, bankKey, links, now);
}
