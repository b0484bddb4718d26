import { list, object, orNull, withDefault } from "../../validation/composites.ts";
import { integer, number, string } from "../../validation/scalars.ts";
import { named } from "../../validation/schema.ts";

const text = withDefault(string(), "");

const node = named(
  "MemoryGraphNode",
  object({
    data: named(
      "MemoryGraphNodeData",
      object({
        id: string(),
        label: text,
        text,
        date: text,
        context: text,
        entities: text,
        color: orNull(string()),
      }),
    ),
  }),
);

const edge = named(
  "MemoryGraphEdge",
  object({
    data: named(
      "MemoryGraphEdgeData",
      object({
        id: string(),
        source: string(),
        target: string(),
        linkType: text,
        weight: withDefault(number(), 0),
        entityName: text,
        color: orNull(string()),
        lineStyle: orNull(string()),
      }),
    ),
  }),
);

const row = named(
  "MemoryGraphTableRow",
  object({
    id: string(),
    text,
    context: text,
    occurred_start: orNull(string()),
    occurred_end: orNull(string()),
    mentioned_at: orNull(string()),
    date: orNull(string()),
    entities: text,
    document_id: orNull(string()),
    chunk_id: orNull(string()),
    fact_type: orNull(string()),
    tags: withDefault(list(string()), []),
    created_at: orNull(string()),
    proof_count: orNull(integer()),
  }),
);

export const memoryGraphAnswer = named(
  "GraphDataResponse",
  object({
    nodes: list(node),
    edges: list(edge),
    table_rows: list(row),
    total_units: integer(),
    limit: integer(),
  }),
);
