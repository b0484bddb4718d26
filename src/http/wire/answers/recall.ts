import { dict, list, object, orNull, withDefault } from "../../validation/composites.ts";
import { boolean, integer, number, string } from "../../validation/scalars.ts";
import { anything, named } from "../../validation/schema.ts";
import { attachment } from "./attachment.ts";
import { entityState } from "./entity.ts";

const scores = named(
  "RecallScores",
  object({
    final: number(),
    reranker: orNull(number()),
    semantic: orNull(number()),
    keyword: orNull(number()),
  }),
);

const result = named(
  "RecallResult",
  object({
    id: string(),
    text: string(),
    type: orNull(string()),
    entities: orNull(list(string())),
    context: orNull(string()),
    occurred_start: orNull(string()),
    occurred_end: orNull(string()),
    mentioned_at: orNull(string()),
    document_id: orNull(string()),
    metadata: orNull(dict(string())),
    chunk_id: orNull(string()),
    tags: orNull(list(string())),
    source_fact_ids: orNull(list(string())),
    scores: orNull(scores),
    attachments: orNull(list(attachment)),
  }),
);

const chunk = named(
  "ChunkData",
  object({
    id: string(),
    text: string(),
    chunk_index: integer(),
    truncated: withDefault(boolean(), false),
    attachments: orNull(list(attachment)),
  }),
);

export const recalledAnswer = named(
  "RecallResponse",
  object({
    results: list(result),
    trace: orNull(dict(anything)),
    entities: orNull(dict(entityState)),
    chunks: orNull(dict(chunk)),
    source_facts: orNull(dict(result)),
    source_facts_truncated: orNull(boolean()),
  }),
);
