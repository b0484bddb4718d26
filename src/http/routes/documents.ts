import { documentAttachments, textAttachments } from "../../engine/attachments/read.ts";
import type { EngineContext } from "../../engine/context.ts";
import { deleteDocument } from "../../engine/documents/delete.ts";
import { readDocumentHistory } from "../../engine/documents/history.ts";
import { listDocuments } from "../../engine/documents/list.ts";
import {
  type DocumentChunk,
  readChunk,
  readDocument,
  readDocumentChunks,
} from "../../engine/documents/read.ts";
import { reprocessDocument } from "../../engine/documents/reprocess.ts";
import { changeDocument } from "../../engine/documents/retag.ts";
import type { Engine } from "../../engine/engine.ts";
import { type BankAddress, TAGS_MATCH } from "../../engine/types.ts";
import { dateParameter } from "../dates.ts";
import { HttpError } from "../http-error.ts";
import { type Route, route } from "../route.ts";
import { list, object, orNull, withDefault } from "../validation/composites.ts";
import { repeated } from "../validation/query.ts";
import { literal, string } from "../validation/scalars.ts";
import {
  chunkAnswer,
  chunkListAnswer,
  documentAnswer,
  documentDeletionAnswer,
  documentHistoryAnswer,
  documentListAnswer,
  documentUpdateAnswer,
  reprocessingAnswer,
} from "../wire/answers/document.ts";
import { toChunk, toDocument, toListedDocument } from "../wire/document.ts";
import { observationScopes } from "../wire/observation-scopes.ts";
import { page } from "./page.ts";

const LIST = "/v1/default/banks/:bank_id/documents";
/** An id may hold slashes, and be empty; what stands behind it in a path comes first. */
const ONE = `${LIST}/:document_id{.*}`;

const documentId = (call: { parameter(name: string): string }) => call.parameter("document_id");

export const documentChangeBody = object({
  tags: orNull(list(string())),
  observation_scopes: orNull(observationScopes),
});

/** Documents, their chunks, and what happened to them. */
export function documentRoutes({ context }: Engine): Route[] {
  return [
    route({
      name: "list_documents",
      method: "GET",
      path: LIST,
      query: {
        q: orNull(string()),
        tags: repeated(withDefault(list(string()), [])),
        tags_match: withDefault(literal(TAGS_MATCH), "any_strict"),
        time_field: orNull(literal(["created_at", "updated_at"])),
        start_date: orNull(string()),
        end_date: orNull(string()),
        ...page({ limit: 100 }),
      },
      check: ({ query }) => ({
        from: dateParameter(query.start_date, "start_date"),
        until: dateParameter(query.end_date, "end_date"),
      }),
      missing: true,
      answer: documentListAnswer,
      handle: async ({ address, query }, period) => {
        const { limit, offset, tags, tags_match: tagsMatch } = query;
        const filter = {
          text: query.q,
          tags,
          tagsMatch,
          timeColumn: query.time_field,
          ...period,
          limit,
          offset,
        };
        const { documents, total, totalIsEstimate } = await listDocuments(context, address, filter);
        const items = documents.map((document) => toListedDocument(address.bankId, document));
        return { items, total, limit, offset, total_is_estimate: totalIsEstimate };
      },
    }),
    route({
      name: "list_document_chunks",
      method: "GET",
      path: `${ONE}/chunks`,
      query: page({ limit: 100, minLimit: 1, maxLimit: 1000 }),
      answer: chunkListAnswer,
      handle: async (call) => {
        const { address, query } = call;
        const { total, chunks } = await readDocumentChunks(context, address, documentId(call), query);
        return { items: await toChunks(context, address, chunks), total, ...query };
      },
    }),
    route({
      name: "get_document_history",
      method: "GET",
      path: `${ONE}/history`,
      query: page({ limit: 100, minLimit: 1, maxLimit: 1000 }),
      answer: documentHistoryAnswer,
      handle: async (call) => {
        const { total, entries } = await readDocumentHistory(
          context,
          call.address,
          documentId(call),
          call.query,
        );
        return { document_id: documentId(call), total, ...call.query, items: entries };
      },
    }),
    route({
      name: "reprocess_document",
      method: "POST",
      path: `${ONE}/reprocess`,
      answer: reprocessingAnswer,
      handle: async (call) => {
        const submitted = await reprocessDocument(context, call.address, documentId(call));
        const [id = ""] = submitted.operationIds;
        return { success: true, operation_id: id, items_count: submitted.itemsCount };
      },
    }),
    route({
      name: "get_document",
      method: "GET",
      path: ONE,
      answer: documentAnswer,
      handle: async (call) => {
        const { address } = call;
        const document = await readDocument(context, address, documentId(call));
        const attachments = await documentAttachments(context, address, document.documentId);
        return toDocument(address.bankId, document, attachments);
      },
    }),
    route({
      name: "update_document",
      method: "PATCH",
      path: ONE,
      body: documentChangeBody,
      check: ({ body }) => {
        if (body.tags || body.observation_scopes) return;
        throw new HttpError(422, "At least one of tags and observation_scopes must be given");
      },
      answer: documentUpdateAnswer,
      handle: async (call) => {
        const { tags, observation_scopes: scopes } = call.body;
        const change = { tags: tags ?? undefined, observationScopes: scopes ?? undefined };
        await changeDocument(context, call.address, documentId(call), change);
        return { success: true };
      },
    }),
    route({
      name: "delete_document",
      method: "DELETE",
      path: ONE,
      answer: documentDeletionAnswer,
      handle: async (call) => {
        const deleted = await deleteDocument(context, call.address, documentId(call));
        return {
          success: true,
          message: `Document '${documentId(call)}' and its ${deleted} memories were deleted`,
          document_id: documentId(call),
          memory_units_deleted: deleted,
        };
      },
    }),
    route({
      name: "get_chunk",
      method: "GET",
      path: "/v1/default/chunks/:chunk_id{.*}",
      answer: chunkAnswer,
      handle: async ({ address, parameter }) => {
        const { bankId, ...chunk } = await readChunk(context, address, parameter("chunk_id"));
        const texts = [{ id: chunk.chunkId, documentId: chunk.documentId, text: chunk.chunkText }];
        return toChunk(bankId, chunk, await textAttachments(context, { ...address, bankId }, texts));
      },
    }),
  ];
}

async function toChunks(context: EngineContext, address: BankAddress, chunks: readonly DocumentChunk[]) {
  const texts = chunks.map((chunk) => ({
    id: chunk.chunkId,
    documentId: chunk.documentId,
    text: chunk.chunkText,
  }));
  const attachments = await textAttachments(context, address, texts);
  return chunks.map((chunk) => toChunk(address.bankId, chunk, attachments));
}
