import type { AttachmentRecord, AttachmentsById } from "../../engine/attachments/read.ts";
import type { ListedDocument } from "../../engine/documents/list.ts";
import type { DocumentChunk, DocumentDetails } from "../../engine/documents/read.ts";
import { isoDate } from "../../engine/iso-date.ts";
import { dict } from "../validation/composites.ts";
import { anything } from "../validation/schema.ts";
import { storedScopes } from "./answers/document.ts";
import { toAttachments } from "./attachment.ts";
import { stored } from "./stored.ts";

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
      ...(document.idMatched ? (["id"] as const) : []),
      ...(document.textMatched ? (["original_text"] as const) : []),
    ],
  };
}

/** A document by itself. */
export function toDocument(
  bankId: string,
  document: DocumentDetails,
  attachments: readonly AttachmentRecord[],
) {
  const { worldCount, experienceCount, observationCount } = document;
  const scopes = stored(storedScopes, document.retainParams?.observation_scopes);
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
    observation_scopes: scopes?.length ? scopes : null,
    attachments: toAttachments(bankId, attachments),
  };
}

export function toChunk(bankId: string, chunk: DocumentChunk, attachments: AttachmentsById) {
  return {
    chunk_id: chunk.chunkId,
    document_id: chunk.documentId,
    bank_id: bankId,
    chunk_index: chunk.chunkIndex,
    chunk_text: chunk.chunkText,
    created_at: isoDate(chunk.createdAt),
    attachments: toAttachments(bankId, attachments.get(chunk.chunkId)),
  };
}

/** What a document was retained with. */
function given(retainParams: Record<string, unknown> | null) {
  return { retain_params: filled(retainParams), document_metadata: filled(retainParams?.metadata) };
}

/** What is empty is shown as if it were not there. */
function filled(value: unknown): Record<string, unknown> | null {
  const object = stored(dict(anything), value);
  return object && Object.keys(object).length > 0 ? object : null;
}
