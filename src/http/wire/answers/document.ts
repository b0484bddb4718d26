import { dict, list, object, orNull, union, withDefault } from "../../validation/composites.ts";
import { boolean, integer, literal, string } from "../../validation/scalars.ts";
import { anything, named, nullable } from "../../validation/schema.ts";
import { attachment } from "./attachment.ts";
import { itemsOf, pageFields } from "./page.ts";

export const storedScopes = union<string | string[][]>([
  ["str", string()],
  ["list[list[str]]", list(list(string()))],
]);

const text = withDefault(string(), "");
const count = withDefault(integer(), 0);

const documentListItem = named(
  "DocumentListItem",
  object({
    id: string(),
    bank_id: text,
    content_hash: orNull(string()),
    created_at: text,
    updated_at: text,
    text_length: count,
    memory_unit_count: count,
    retain_params: orNull(dict(anything)),
    document_metadata: orNull(dict(anything)),
    tags: withDefault(list(string()), []),
    matched_fields: withDefault(list(literal(["id", "original_text"])), []),
  }),
);

export const documentListAnswer = named(
  "ListDocumentsResponse",
  object({ ...itemsOf(documentListItem), total_is_estimate: withDefault(boolean(), false) }),
);

export const documentAnswer = named(
  "DocumentResponse",
  object({
    id: string(),
    bank_id: string(),
    original_text: nullable(string()),
    content_hash: nullable(string()),
    created_at: string(),
    updated_at: string(),
    memory_unit_count: integer(),
    nodes_by_fact_type: orNull(dict(integer())),
    tags: withDefault(list(string()), []),
    document_metadata: orNull(dict(anything)),
    retain_params: orNull(dict(anything)),
    observation_scopes: orNull(storedScopes),
    attachments: orNull(list(attachment)),
  }),
);

export const chunkAnswer = named(
  "ChunkResponse",
  object({
    chunk_id: string(),
    document_id: string(),
    bank_id: string(),
    chunk_index: integer(),
    chunk_text: string(),
    created_at: string(),
    attachments: orNull(list(attachment)),
  }),
);

export const chunkListAnswer = named("ListChunksResponse", object(itemsOf(chunkAnswer)));

const idSample = named("ObservationIdSample", object({ count, ids: withDefault(list(string()), []) }));
const noIds = { count: 0, ids: [] };

const documentEvent = named(
  "DocumentEvent",
  object({
    document_id: string(),
    kind: named(
      "DocumentEventKind",
      literal([
        "retain",
        "append",
        "reprocess",
        "retag",
        "fact_edited",
        "fact_invalidated",
        "fact_restored",
        "fact_deleted",
        "observations_cleared",
        "consolidation",
      ]),
    ),
    created_at: withDefault(string("date-time"), ""),
    operation_id: orNull(string()),
    fact_id: orNull(string()),
    facts_added: count,
    facts_removed: count,
    observations_created: withDefault(idSample, noIds),
    observations_updated: withDefault(idSample, noIds),
    observations_removed: withDefault(idSample, noIds),
  }),
);

export const documentHistoryAnswer = named(
  "DocumentHistoryResponse",
  object({ document_id: string(), ...pageFields, items: list(documentEvent) }),
);

export const documentUpdateAnswer = named(
  "UpdateDocumentResponse",
  object({ success: withDefault(boolean(), true) }),
);

export const documentDeletionAnswer = named(
  "DeleteDocumentResponse",
  object({
    success: boolean(),
    message: string(),
    document_id: string(),
    memory_units_deleted: integer(),
  }),
);

export const reprocessingAnswer = named(
  "ReprocessDocumentResponse",
  object({ success: boolean(), operation_id: string(), items_count: integer() }),
);
