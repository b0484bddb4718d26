import type { ListedDocument } from "../../engine/documents/list.ts";
import type { DocumentChunk, DocumentDetails } from "../../engine/documents/read.ts";
import { isoDate } from "../../engine/iso-date.ts";

/** A document in a list. */
export function toListedDocument(bankId: string, document: ListedDocument) {
  return {
    id: document.documentId,
    bank_id: bankId,
    content_hash: document.contentHash,
    created_at: isoDate(document.createdAt),
    updated_at: isoDate(document.updatedAt),
    text_length: document.textLength,
    memory_unit_count: document.unitCount,
    ...given(document.retainParams),
    tags: document.tags,
    matched_fields: [
      ...(document.idMatched ? ["id"] : []),
      ...(document.textMatched ? ["original_text"] : []),
    ],
  };
}

/** A document by itself. */
export function toDocument(bankId: string, document: DocumentDetails) {
  const { worldCount, experienceCount, observationCount } = document;
  return {
    id: document.documentId,
    bank_id: bankId,
    original_text: document.originalText,
    content_hash: document.contentHash,
    created_at: isoDate(document.createdAt),
    updated_at: isoDate(document.updatedAt),
    memory_unit_count: worldCount + experienceCount,
    nodes_by_fact_type: { world: worldCount, experience: experienceCount, observation: observationCount },
    tags: document.tags,
    ...given(document.retainParams),
    observation_scopes: filled(document.retainParams?.observation_scopes),
    attachments: null,
  };
}

export function toChunk(bankId: string, chunk: DocumentChunk) {
  return {
    chunk_id: chunk.chunkId,
    document_id: chunk.documentId,
    bank_id: bankId,
    chunk_index: chunk.chunkIndex,
    chunk_text: chunk.chunkText,
    created_at: isoDate(chunk.createdAt),
    attachments: null,
  };
}

/** What a document was retained with. */
function given(retainParams: Record<string, unknown> | null) {
  return { retain_params: filled(retainParams), document_metadata: filled(retainParams?.metadata) };
}

/** What is empty is shown as if it were not there. */
function filled(value: unknown): unknown {
  const isEmpty = typeof value === "object" && value !== null && Object.keys(value).length === 0;
  return isEmpty ? null : (value ?? null);
}
