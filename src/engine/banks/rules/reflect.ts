import { FACT_TYPES, TAGS_MATCH } from "../../types.ts";
import {
  atLeast,
  BOOL,
  checkFields,
  type FieldRule,
  INT,
  listOf,
  OBJECT,
  oneOf,
  orNull,
  TEXT,
  TEXTS,
} from "./check.ts";

const SEARCH_OPTIONS: Record<string, FieldRule> = {
  reflect_search_observations_max_tokens: orNull(atLeast(1)),
  reflect_search_observations_include_entities: orNull(BOOL),
};

const TRIGGER: Record<string, FieldRule> = {
  ...SEARCH_OPTIONS,
  budget: orNull(oneOf("low", "mid", "high")),
  mode: oneOf("full", "delta"),
  refresh_after_consolidation: BOOL,
  refresh_cron: orNull(TEXT),
  full_refresh_cron: orNull(TEXT),
  min_refresh_interval_seconds: orNull(atLeast(0)),
  fact_types: orNull(listOf(oneOf(...FACT_TYPES))),
  exclude_mental_models: BOOL,
  exclude_mental_model_ids: orNull(TEXTS),
  tags_match: orNull(oneOf(...TAGS_MATCH)),
  tag_groups: orNull(listOf(OBJECT)),
  include_chunks: orNull(BOOL),
  recall_max_tokens: orNull(INT),
  recall_chunks_max_tokens: orNull(INT),
  response_schema: orNull(OBJECT),
  keep_trace: BOOL,
};

/** `reflect_default_options`. */
export function checkReflectOptions(value: unknown): string | undefined {
  return checkFields(value, SEARCH_OPTIONS);
}

/** `knowledge_page_default_trigger`: the fields of a mental model's trigger. */
export function checkPageTrigger(value: unknown): string | undefined {
  return checkFields(value, TRIGGER);
}
