import { listChunkHashes } from "../../store/chunks.ts";
import { findDocument } from "../../store/documents.ts";
import type { RetainItem } from "../types.ts";
import { appendItems, joinItems } from "./append.ts";
import { type ChunkLimits, chunkText } from "./chunking.ts";
import type { DocumentPlan } from "./documents.ts";
import { sha256 } from "./hash.ts";
import { dateOf } from "./item-source.ts";
import type { Moment } from "./moment.ts";
import type { RetainRun } from "./run.ts";
import { withoutRepeats } from "./sub-batches.ts";

/** A chunk of a document as it is to be, and the item that it came from. */
export interface DraftChunk {
  index: number;
  text: string;
  hash: string;
  item: RetainItem;
  date: Moment | null;
}

/** What a document is to hold, beside what it holds. */
export interface PlannedContent {
  text: string;
  chunks: DraftChunk[];
  /** The indexes of the chunks that the document holds already. Empty: all of it is new. */
  kept: ReadonlySet<number>;
  /** The stored document's revision as it was read; null: there was none. */
  readRevision: string | null;
}

/** Reads what is stored of a document, and cuts what it is to hold into chunks. */
export async function planContent(
  run: RetainRun,
  { documentId, items }: DocumentPlan,
): Promise<PlannedContent> {
  const { database } = run.context;
  const { bankKey } = run.bank;
  const stored = documentId === undefined ? undefined : await findDocument(database, bankKey, documentId);
  const appends = items.some((item) => item.updateMode === "append");
  const content = stored && appends ? appendItems(stored, items) : joinItems(items);
  const chunks = await withoutRepeats(cut(run, content.parts), run.context.settings.retain.batchTokens);
  const readAnew = !stored || documentId === undefined || items.some((item) => item.forceReextract);
  const hashes = readAnew ? new Map() : await listChunkHashes(database, bankKey, documentId);
  const kept = chunks.filter(({ index, hash }) => hashes.get(index) === hash).map(({ index }) => index);
  return { text: content.text, chunks, kept: new Set(kept), readRevision: stored?.revision ?? null };
}

/** Each part is chunked by itself; the chunks' indexes run on. */
function cut(run: RetainRun, parts: readonly RetainItem[]): DraftChunk[] {
  const limits: ChunkLimits = {
    chunkSize: run.settings.retainChunkSize,
    structuredChunkSize: run.settings.retainStructuredChunkSize,
    maxAttachments: run.settings.retainMaxAttachmentsPerChunk,
  };
  const now = run.context.clock.now();
  const chunks = parts.flatMap((item) => {
    const date = dateOf(item.timestamp, now);
    return chunkText(item.content, limits).map((text) => ({ text, item, date }));
  });
  return chunks.map((chunk, index) => ({ ...chunk, index, hash: sha256(chunk.text) }));
}
