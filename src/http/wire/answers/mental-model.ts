import { FACT_TYPES, TAGS_MATCH } from "../../../engine/types.ts";
import { dict, list, object, orNull, withDefault } from "../../validation/composites.ts";
import { boolean, integer, literal, string } from "../../validation/scalars.ts";
import { anything, named } from "../../validation/schema.ts";
import { shownTagGroups } from "../tags.ts";
import { itemsOf } from "./page.ts";

const trigger = named(
  "MentalModelTriggerShown",
  object({
    reflect_search_observations_max_tokens: orNull(integer({ min: 1 })),
    reflect_search_observations_include_entities: orNull(boolean()),
    budget: orNull(literal(["low", "mid", "high"])),
    mode: withDefault(literal(["full", "delta"]), "full"),
    refresh_after_consolidation: withDefault(boolean(), false),
    refresh_cron: orNull(string()),
    full_refresh_cron: orNull(string()),
    min_refresh_interval_seconds: orNull(integer({ min: 0 })),
    fact_types: orNull(list(literal(FACT_TYPES))),
    exclude_mental_models: withDefault(boolean(), false),
    exclude_mental_model_ids: orNull(list(string())),
    tags_match: orNull(literal(TAGS_MATCH)),
    tag_groups: orNull(shownTagGroups),
    include_chunks: orNull(boolean()),
    recall_max_tokens: orNull(integer()),
    recall_chunks_max_tokens: orNull(integer()),
    response_schema: orNull(dict(anything)),
    keep_trace: withDefault(boolean(), false),
  }),
);

export const mentalModelAnswer = named(
  "MentalModelResponse",
  object({
    id: string(),
    bank_id: string(),
    name: string(),
    source_query: orNull(string()),
    content: orNull(string()),
    tags: withDefault(list(string()), []),
    max_tokens: orNull(integer()),
    trigger: orNull(trigger),
    last_refreshed_at: orNull(string()),
    last_memory_seen_at: orNull(string()),
    last_refresh_failed_at: orNull(string()),
    last_full_refreshed_at: orNull(string()),
    created_at: orNull(string()),
    is_knowledge_page: orNull(boolean()),
    reflect_response: orNull(dict(anything)),
    is_stale: orNull(boolean()),
  }),
);

export const mentalModelListAnswer = named("MentalModelListResponse", object(itemsOf(mentalModelAnswer)));

export const mentalModelCreationAnswer = named(
  "CreateMentalModelResponse",
  object({ mental_model_id: orNull(string()), operation_id: string() }),
);

export const mentalModelRefreshAnswer = named(
  "AsyncOperationSubmitResponse",
  object({ operation_id: string(), status: string() }),
);

export const mentalModelDeletionAnswer = object({ status: literal(["deleted"]) });

/** What each entry holds depends on what it tells of. */
export const mentalModelHistoryAnswer = list(dict(anything));
