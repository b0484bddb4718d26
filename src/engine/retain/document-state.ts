import { createHash } from "node:crypto";
import { chunkHashes } from "../../store/chunks.ts";
import type { Queryable } from "../../store/database.ts";
import { findDocument, type StoredDocument } from "../../store/documents.ts";

/** What a write of a document starts from, and what the next one will find. */
export interface DocumentState {
  /** undefined: there is no document. */
  stored: StoredDocument | undefined;
  /** Of the text; null: there is none. */
  contentHash: string | null;
  /** Hashes of the chunks by their indexes. */
  chunks: Map<number, string>;
}

export async function loadDocumentState(
  db: Queryable,
  bankKey: string,
  documentId: string | undefined,
): Promise<DocumentState> {
  const stored = documentId === undefined ? undefined : await findDocument(db, bankKey, documentId);
  if (documentId === undefined || !stored) return { stored: undefined, contentHash: null, chunks: new Map() };
  return { stored, contentHash: stored.contentHash, chunks: await chunkHashes(db, bankKey, documentId) };
}

/** SHA-256 in hex. */
export function hashOf(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
