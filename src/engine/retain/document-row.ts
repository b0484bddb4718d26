import type { ChunkRow } from "../../store/chunks.ts";
import type { DocumentRow } from "../../store/documents.ts";
import type { RetainItem } from "../types.ts";
import { codePointLength } from "./code-points.ts";
import type { DocumentDraft } from "./draft.ts";
import { sha256 } from "./hash.ts";
import { retainParams } from "./item-source.ts";
import type { RetainRun } from "./run.ts";

/** The tags of all items of a document, each once. */
export function documentTags({ plan }: DocumentDraft): string[] {
  return [...new Set(plan.items.flatMap((item) => item.tags))];
}

/** A document's row: what it remembers of its items are the first one's. */
export function documentRow(run: RetainRun, draft: DocumentDraft, documentId: string): DocumentRow {
  const [first] = draft.plan.items;
  if (!first) throw new Error("A document is made of at least one item");
  // A change of a document that is there stores the text in any case, as it does upstream.
  const keepsText = run.settings.storeDocumentText || draft.kept.size > 0;
  return {
    documentId,
    originalText: keepsText ? draft.text : null,
    textLength: keepsText ? codePointLength(draft.text) : 0,
    contentHash: sha256(draft.text),
    tags: documentTags(draft),
    retainParams: retainParams(remembered(first, draft)),
    documentMetadata: first.metadata ?? null,
    observationScopes: first.observationScopes ?? null,
  };
}

/** What was stored comes first in a document that is appended to, and it gives attachments no names. */
function remembered(first: RetainItem, { plan, readRevision }: DocumentDraft): RetainItem {
  const appends = readRevision !== null && plan.items.some((item) => item.updateMode === "append");
  const { attachmentFilenames, ...unnamed } = first;
  return appends ? unnamed : first;
}

/** The rows of the chunks that the document does not hold yet. */
export function chunkRows(run: RetainRun, draft: DocumentDraft, documentId: string): ChunkRow[] {
  return draft.chunks
    .filter(({ index }) => !draft.kept.has(index))
    .map(({ index, text, hash }) => ({
      chunkIndex: index,
      chunkId: chunkIdOf(run.bank.bankId, documentId, index),
      chunkText: run.settings.storeDocumentText ? text : "",
      contentHash: hash,
    }));
}

/** `_` separates the parts of a chunk's id, and is escaped within them. */
export function chunkIdOf(bankId: string, documentId: string, chunkIndex: number): string {
  const escaped = (part: string) => part.replaceAll("~", "~7E").replaceAll("_", "~5F");
  return `${escaped(bankId)}_${escaped(documentId)}_${chunkIndex}`;
}
