import type { EngineContext } from "../context.ts";
import { fromPayloadItem } from "../operations/payload.ts";
import { type SubmittedRetain, submitRetain } from "../operations/submit-retain.ts";
import type { BankAddress } from "../types.ts";
import { documentNotFound, readDocument } from "./read.ts";

/**
 * Queues the retain of a document's stored text, with what it was retained with, as if nothing of it were there.
 * @throws EngineError `not_found` when there is no such document, or its text was not kept.
 */
export async function reprocessDocument(
  context: EngineContext,
  address: BankAddress,
  documentId: string,
): Promise<SubmittedRetain> {
  const { originalText, retainParams, tags } = await readDocument(context, address, documentId);
  if (!originalText) throw documentNotFound(documentId);
  const item = fromPayloadItem({
    ...retainParams,
    content: originalText,
    document_id: documentId,
    tags,
    update_mode: "replace",
    force_reextract: true,
  });
  return submitRetain(context, address, [item]);
}
