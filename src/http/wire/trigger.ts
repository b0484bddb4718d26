import { isCronExpression } from "../../engine/cron.ts";
import type { MentalModelTrigger } from "../../engine/mental-models/trigger.ts";
import { TAGS_MATCH } from "../../engine/types.ts";
import { isPlainObject, list, object, orNull, refineObject, withDefault } from "../validation/composites.ts";
import { boolean, enumeration, integer, literal, string } from "../validation/scalars.ts";
import { INVALID, type InputOf, named, refine, type Schema, ValueFault } from "../validation/schema.ts";
import { responseSchema, someFactTypes } from "./reflect-fields.ts";
import { exactTagGroups } from "./tags.ts";

/** Blank is none. */
const cron = refine(string(), (text) => {
  const trimmed = text.trim();
  if (trimmed !== "" && !isCronExpression(trimmed)) throw new ValueFault("this is no cron expression");
  return trimmed;
});

/** The fields of a trigger, as they may be sent. */
export const triggerFields = {
  reflect_search_observations_max_tokens: orNull(integer({ min: 1 })),
  reflect_search_observations_include_entities: orNull(boolean()),
  budget: orNull(enumeration(["low", "mid", "high"])),
  mode: withDefault(literal(["full", "delta"]), "full"),
  refresh_after_consolidation: withDefault(boolean(), false),
  refresh_cron: orNull(cron),
  full_refresh_cron: orNull(cron),
  min_refresh_interval_seconds: orNull(integer({ min: 0 })),
  fact_types: orNull(someFactTypes),
  exclude_mental_models: withDefault(boolean(), false),
  exclude_mental_model_ids: orNull(list(string())),
  tags_match: orNull(literal(TAGS_MATCH)),
  tag_groups: orNull(exactTagGroups),
  include_chunks: orNull(boolean()),
  recall_max_tokens: orNull(integer()),
  recall_chunks_max_tokens: orNull(integer()),
  response_schema: orNull(responseSchema),
  keep_trace: withDefault(boolean(), false),
};

/** A trigger as it is sent: what is not there has its default. */
export const triggerSchema = refineObject(
  named("MentalModelTrigger", object(triggerFields)),
  (sent): MentalModelTrigger => {
    if (sent.refresh_cron && sent.refresh_after_consolidation) {
      throw new ValueFault("refresh_cron and refresh_after_consolidation exclude each other");
    }
    return {
      ...sent,
      refresh_cron: sent.refresh_cron || null,
      full_refresh_cron: sent.full_refresh_cron || null,
    };
  },
);

/** A change of a trigger: the fields that were sent, with a default or not. */
export const triggerChange: Schema<Partial<MentalModelTrigger>, InputOf<typeof triggerSchema>> = {
  json: triggerSchema.json,
  parse(input, at, faults) {
    const trigger = triggerSchema.parse(input, at, faults);
    if (trigger === INVALID || !isPlainObject(input)) return INVALID;
    return Object.fromEntries(Object.entries(trigger).filter(([name]) => Object.hasOwn(input, name)));
  },
};
