import { findBank } from "../../store/banks.ts";
import {
  type DocumentChunk,
  type DocumentDetails,
  findChunk,
  findDocumentDetails,
  listDocumentChunks,
} from "../../store/document-details.ts";
import type { EngineContext } from "../context.ts";
import { EngineError } from "../errors.ts";
import type { BankAddress } from "../types.ts";

export type { DocumentChunk, DocumentDetails };

export function documentNotFound(documentId: string): EngineError {
  return new EngineError("not_found", `Document '${documentId}' not found`);
}

/** @throws EngineError `not_found`, also where the bank does not exist. */
export async function readDocument(
  { database }: EngineContext,
  address: BankAddress,
  documentId: string,
): Promise<DocumentDetails> {
  const bank = await findBank(database, address);
  const document = bank && (await findDocumentDetails(database, bank.bankKey, documentId));
  if (!document) throw documentNotFound(documentId);
  return document;
}

/**
 * A page of a document's chunks in their order, and how many there are.
 * @throws EngineError `not_found`, also where the bank does not exist.
 */
export async function readDocumentChunks(
  { database }: EngineContext,
  address: BankAddress,
  documentId: string,
  page: { limit: number; offset: number },
): Promise<{ total: number; chunks: DocumentChunk[] }> {
  const bank = await findBank(database, address);
  const found = bank && (await listDocumentChunks(database, bank.bankKey, documentId, page));
  if (!found) throw documentNotFound(documentId);
  return found;
}

/** A chunk by its id, in any bank of the sandbox, and that bank's own id. @throws EngineError `not_found` */
export async function readChunk(
  { database }: EngineContext,
  { sandboxId }: BankAddress,
  chunkId: string,
): Promise<DocumentChunk & { bankId: string }> {
  const chunk = await findChunk(database, sandboxId, chunkId);
  if (!chunk) throw new EngineError("not_found", `Chunk '${chunkId}' not found`);
  return chunk;
}
