import { FACT_TYPES } from "../../../engine/types.ts";
import { dict, list, object, orNull, withDefault } from "../../validation/composites.ts";
import { boolean, integer, literal, string } from "../../validation/scalars.ts";
import { anything, named, nullable } from "../../validation/schema.ts";
import { shownTagGroups } from "../tags.ts";
import { triggerFields } from "../trigger.ts";
import { itemsOf } from "./page.ts";

/** What is stored is shown, whatever may be sent by now. */
const trigger = named(
  "MentalModelTriggerShown",
  object({
    ...triggerFields,
    refresh_cron: orNull(string()),
    full_refresh_cron: orNull(string()),
    fact_types: orNull(list(literal(FACT_TYPES))),
    tag_groups: orNull(shownTagGroups),
    response_schema: orNull(dict(anything)),
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

/** No operation fills one that was made with its content. */
export const mentalModelCreationAnswer = named(
  "CreateMentalModelResponse",
  object({ mental_model_id: orNull(string()), operation_id: nullable(string()) }),
);

export const mentalModelRefreshAnswer = named(
  "AsyncOperationSubmitResponse",
  object({ operation_id: string(), status: string() }),
);

export const mentalModelDeletionAnswer = object({ status: literal(["deleted"]) });

/** What each entry holds depends on what it tells of. */
export const mentalModelHistoryAnswer = list(dict(anything));
