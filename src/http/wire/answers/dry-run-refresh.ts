import { TAGS_MATCH } from "../../../engine/types.ts";
import { dict, list, object, orNull, withDefault } from "../../validation/composites.ts";
import { boolean, integer, literal, string } from "../../validation/scalars.ts";
import { anything, named } from "../../validation/schema.ts";
import { shownTagGroups } from "../tags.ts";
import { noUsage, tokenUsage } from "./usage.ts";

const mode = literal(["full", "delta"]);
const fallbackReason = literal([
  "no_baseline_content",
  "source_query_changed",
  "structured_doc_unreadable",
  "delta_ops_failed",
  "delta_ops_all_skipped",
]);
const outcome = literal([
  "content_written",
  "content_unchanged",
  "content_preserved_no_new_facts",
  "refresh_failed_empty_candidate",
  "refresh_failed_delta_not_applied",
]);
const date = string("date-time");
const strings = withDefault(list(string()), []);

const deltaOperations = named(
  "MentalModelDeltaOperations",
  object({ applied: withDefault(list(dict(anything)), []), skipped: withDefault(list(dict(anything)), []) }),
);

const retraction = named(
  "MentalModelRetraction",
  object({ fact_ids: strings, fact_texts: strings, applied: boolean(), deferred_reason: orNull(string()) }),
);

const toolCall = named(
  "MentalModelTraceToolCall",
  object({
    tool: string(),
    reason: orNull(string()),
    input: withDefault(dict(anything), {}),
    output: orNull(dict(anything)),
    updated_at: orNull(date),
    result_count: orNull(integer()),
    duration_ms: integer(),
    iteration: withDefault(integer(), 0),
  }),
);

const trace = named(
  "MentalModelRefreshTrace",
  object({
    recorded_at: orNull(date),
    effective_mode: mode,
    mode_fallback_reason: orNull(fallbackReason),
    outcome,
    tool_calls: withDefault(list(toolCall), []),
    llm_calls: withDefault(
      list(named("LLMCallTrace", object({ scope: string(), duration_ms: integer() }))),
      [],
    ),
    delta_operations: orNull(deltaOperations),
    retraction: orNull(retraction),
    usage: orNull(tokenUsage),
    duration_ms: withDefault(integer(), 0),
    warnings: strings,
  }),
);

const scope = named(
  "MentalModelRefreshScope",
  object({
    tags: orNull(list(string())),
    tags_match: literal(TAGS_MATCH),
    tag_groups: orNull(shownTagGroups),
    fact_types: orNull(list(string())),
    exclude_mental_models: boolean(),
    exclude_mental_model_ids: strings,
  }),
);

const window = named(
  "MentalModelRefreshWindow",
  object({ created_after: orNull(date), created_before: date, watermark: orNull(date) }),
);

const counts = withDefault(dict(integer()), {});

export const dryRunRefreshAnswer = named(
  "MentalModelDryRunRefreshResult",
  object({
    mental_model_id: string(),
    name: string(),
    requested_mode: mode,
    effective_mode: mode,
    mode_fallback_reason: orNull(fallbackReason),
    outcome,
    would_persist: boolean(),
    scope,
    window,
    facts: named("MentalModelFactCounts", object({ retrieved: counts, used: counts })),
    based_on: withDefault(dict(list(dict(anything))), {}),
    current_content: string(),
    candidate_content: string(),
    preview_content: string(),
    diff: string(),
    delta_operations: orNull(deltaOperations),
    retraction: orNull(retraction),
    trace,
    usage: withDefault(tokenUsage, noUsage),
    duration_ms: withDefault(integer(), 0),
    warnings: strings,
  }),
);
