import { dict, list, object, orNull, withDefault } from "../../validation/composites.ts";
import { boolean, integer, string } from "../../validation/scalars.ts";
import { anything, mapped, named, nullable } from "../../validation/schema.ts";
import { observationScopes } from "../observation-scopes.ts";
import { itemsOf, pageFields } from "./page.ts";
import { tokenUsage } from "./usage.ts";

const text = withDefault(string(), "");

const memoryListItem = named(
  "MemoryUnitListItem",
  object({
    id: string(),
    text,
    context: text,
    date: text,
    fact_type: orNull(string()),
    document_id: orNull(string()),
    mentioned_at: orNull(string()),
    occurred_start: orNull(string()),
    occurred_end: orNull(string()),
    entities: text,
    chunk_id: orNull(string()),
    proof_count: withDefault(integer(), 1),
    tags: withDefault(list(string()), []),
    metadata: withDefault(dict(anything), {}),
    consolidated_at: orNull(string()),
    consolidation_failed_at: orNull(string()),
    state: withDefault(string(), "valid"),
    invalidation_reason: orNull(string()),
    invalidated_at: orNull(string()),
    edited_at: orNull(string()),
    updated_at: orNull(string()),
    source_memory_ids: withDefault(list(string()), []),
  }),
);

export const memoryListAnswer = named("ListMemoryUnitsResponse", object(itemsOf(memoryListItem)));

const sourceMemory = object({
  id: string(),
  text: string(),
  type: string(),
  context: nullable(string()),
  occurred_start: nullable(string()),
  mentioned_at: nullable(string()),
});

/** The last three are there for an observation only. */
const memoryFields = named(
  "Memory",
  object({
    id: string(),
    text: string(),
    context: string(),
    date: string(),
    type: string(),
    mentioned_at: nullable(string()),
    occurred_start: nullable(string()),
    occurred_end: nullable(string()),
    entities: list(string()),
    document_id: nullable(string()),
    chunk_id: nullable(string()),
    tags: list(string()),
    metadata: dict(anything),
    observation_scopes: nullable(observationScopes),
    state: string(),
    invalidation_reason: nullable(string()),
    invalidated_at: nullable(string()),
    edited_at: nullable(string()),
    consolidated_at: nullable(string()),
    consolidation_failed_at: nullable(string()),
    history: withDefault(list(anything), []),
    source_memory_ids: withDefault(list(string()), []),
    source_memories: withDefault(list(sourceMemory), []),
  }),
);

export const memoryAnswer = mapped(memoryFields, (memory): object => memory);

/** What an observation was before each of its changes. */
export const memoryHistoryAnswer = list(dict(anything));

export const retainedAnswer = named(
  "RetainResponse",
  object({
    success: boolean(),
    bank_id: string(),
    items_count: integer(),
    async: boolean(),
    operation_id: orNull(string()),
    operation_ids: orNull(list(string())),
    usage: orNull(tokenUsage),
  }),
);

const observationScope = named("ObservationScope", object({ tags: list(string()), count: integer() }));

export const observationScopeListAnswer = named(
  "ObservationScopesResponse",
  object({ scopes: list(observationScope), ...pageFields }),
);

export const clearedObservationsAnswer = named(
  "ClearMemoryObservationsResponse",
  object({ deleted_count: integer() }),
);

export const recoveredConsolidationAnswer = named(
  "RecoverConsolidationResponse",
  object({ retried_count: integer() }),
);

const tag = named("TagItem", object({ tag: string(), count: integer() }));
export const tagListAnswer = named("ListTagsResponse", object(itemsOf(tag)));
