import { utcDate } from "../../engine/iso-date.ts";
import type { RefreshPreview } from "../../engine/refresh/dry-run.ts";
import { retrievedCounts, toTrace } from "../../engine/refresh/trace.ts";
import { toUsage } from "../../engine/usage.ts";
import { toTagGroup } from "./tags.ts";

/** What a refresh would do, and how it came to it. @param now when it was done. */
export function toDryRunRefresh({ run, preview, diff }: RefreshPreview, now: Date) {
  const { plan, findings } = run;
  const { model, scope } = plan;
  return {
    mental_model_id: model.mentalModelId,
    name: model.name || model.mentalModelId,
    requested_mode: plan.requestedMode,
    effective_mode: run.effectiveMode,
    mode_fallback_reason: run.fallbackReason,
    outcome: run.outcome,
    would_persist: run.written !== null,
    scope: {
      tags: scope.tags,
      tags_match: scope.tagsMatch,
      tag_groups: scope.tagGroups?.map(toTagGroup) ?? null,
      fact_types: scope.factTypes,
      exclude_mental_models: scope.excludeMentalModels,
      exclude_mental_model_ids: scope.excludedIds,
    },
    window: {
      created_after: plan.writtenAfter && utcDate(plan.writtenAfter),
      created_before: utcDate(plan.startedAt),
      watermark: plan.watermark && utcDate(plan.watermark.at),
    },
    facts: { retrieved: retrievedCounts(findings.toolCalls), used: run.used },
    based_on: run.basedOn,
    current_content: plan.content,
    candidate_content: findings.text,
    preview_content: preview,
    diff,
    delta_operations: run.operations,
    // As upstream has it: the trace tells.
    retraction: null,
    trace: toTrace(run, now, { outputs: true }),
    usage: toUsage(findings.usage),
    duration_ms: run.durationMs,
    warnings: run.warnings,
  };
}
