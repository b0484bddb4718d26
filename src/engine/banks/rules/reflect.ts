import { isJsonObject } from "../../../json-object.ts";
import { isCronExpression } from "../../cron.ts";
import { booleanOf } from "../../lax-values.ts";
import { responseSchemaFault } from "../../response-schema.ts";
import { FACT_TYPES, TAGS_MATCH } from "../../types.ts";
import {
  atLeast,
  BOOL,
  checkFields,
  type FieldRule,
  INT,
  isText,
  isTextList,
  listOf,
  oneOf,
  orNull,
  TEXTS,
} from "../../value-checks.ts";

const SEARCH_OPTIONS: Record<string, FieldRule> = {
  reflect_search_observations_max_tokens: orNull(atLeast(1)),
  reflect_search_observations_include_entities: orNull(BOOL),
};

/** A list of groups is stored with the trigger, where nothing resolves fuzzy tags. */
function isExactTagGroup(value: unknown): boolean {
  if (!isJsonObject(value)) return false;
  const { match = "any_strict", resolve = "exact" } = value;
  if (isTextList(value.tags) && TAGS_MATCH.some((known) => known === match) && resolve === "exact")
    return true;
  const all = (groups: unknown) => Array.isArray(groups) && groups.every(isExactTagGroup);
  return all(value.and) || all(value.or) || isExactTagGroup(value.not);
}

const [areFactTypes] = listOf(oneOf(...FACT_TYPES));
const FILLED_FACT_TYPES: FieldRule = [
  (value) => Array.isArray(value) && value.length > 0 && areFactTypes(value),
  `a list of: ${FACT_TYPES.join(", ")}`,
];

const CRON: FieldRule = orNull([
  (value) => isText(value) && (value.trim() === "" || isCronExpression(value.trim())),
  "a cron expression",
]);

const TRIGGER: Record<string, FieldRule> = {
  ...SEARCH_OPTIONS,
  budget: orNull(oneOf("low", "mid", "high")),
  mode: oneOf("full", "delta"),
  refresh_after_consolidation: BOOL,
  refresh_cron: CRON,
  full_refresh_cron: CRON,
  min_refresh_interval_seconds: orNull(atLeast(0)),
  fact_types: orNull(FILLED_FACT_TYPES),
  exclude_mental_models: BOOL,
  exclude_mental_model_ids: orNull(TEXTS),
  tags_match: orNull(oneOf(...TAGS_MATCH)),
  tag_groups: orNull(listOf([isExactTagGroup, "a group of tags without fuzzy ones"])),
  include_chunks: orNull(BOOL),
  recall_max_tokens: orNull(INT),
  recall_chunks_max_tokens: orNull(INT),
  response_schema: orNull([
    (value) => isJsonObject(value) && responseSchemaFault(value) === undefined,
    "a JSON schema of an object with properties",
  ]),
  keep_trace: BOOL,
};

/** `reflect_default_options`. */
export function checkReflectOptions(value: unknown): string | undefined {
  return checkFields(value, SEARCH_OPTIONS);
}

/** `knowledge_page_default_trigger`: the fields of a mental model's trigger. */
export function checkPageTrigger(value: unknown): string | undefined {
  const fault = checkFields(value, TRIGGER);
  if (fault || !isJsonObject(value)) return fault;
  const scheduled = isText(value.refresh_cron) && value.refresh_cron.trim() !== "";
  return scheduled && booleanOf(value.refresh_after_consolidation)
    ? "must not have both refresh_cron and refresh_after_consolidation"
    : undefined;
}
