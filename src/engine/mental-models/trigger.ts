import { isJsonObject } from "../../json-object.ts";
import type { Budget, FactType, TagGroup, TagsMatch } from "../types.ts";

/** When and how a mental model is refreshed, under the names of the API, which it is stored under. */
export interface MentalModelTrigger {
  /** Null: mid. */
  budget: Budget | null;
  /** Whether a refresh writes all of the content, or changes it by what is new. */
  mode: "full" | "delta";
  refresh_after_consolidation: boolean;
  refresh_cron: string | null;
  full_refresh_cron: string | null;
  /** Between automatic refreshes; null: as the bank is configured. */
  min_refresh_interval_seconds: number | null;
  /** Null: all. */
  fact_types: FactType[] | null;
  exclude_mental_models: boolean;
  exclude_mental_model_ids: string[] | null;
  /** Null: `all_strict` with tags, `any` without. */
  tags_match: TagsMatch | null;
  /** In place of the model's tags. */
  tag_groups: TagGroup[] | null;
  include_chunks: boolean | null;
  recall_max_tokens: number | null;
  recall_chunks_max_tokens: number | null;
  reflect_search_observations_max_tokens: number | null;
  reflect_search_observations_include_entities: boolean | null;
  response_schema: Record<string, unknown> | null;
  keep_trace: boolean;
}

export const DEFAULT_TRIGGER: MentalModelTrigger = {
  budget: null,
  mode: "full",
  refresh_after_consolidation: false,
  refresh_cron: null,
  full_refresh_cron: null,
  min_refresh_interval_seconds: null,
  fact_types: null,
  exclude_mental_models: false,
  exclude_mental_model_ids: null,
  tags_match: null,
  tag_groups: null,
  include_chunks: null,
  recall_max_tokens: null,
  recall_chunks_max_tokens: null,
  reflect_search_observations_max_tokens: null,
  reflect_search_observations_include_entities: null,
  response_schema: null,
  keep_trace: false,
};

/** A trigger as it is stored, which only holds what was checked. */
export function storedTrigger(stored: unknown): MentalModelTrigger {
  return { ...DEFAULT_TRIGGER, ...(isJsonObject(stored) && stored) };
}

/** The trigger with the changed fields. A schedule and the refresh after consolidations displace one another. */
export function changedTrigger(
  trigger: MentalModelTrigger,
  change: Partial<MentalModelTrigger>,
): MentalModelTrigger {
  return {
    ...trigger,
    ...(change.refresh_cron && { refresh_after_consolidation: false }),
    ...(change.refresh_after_consolidation && { refresh_cron: null }),
    ...change,
  };
}
