/** What a refresh tells of its run, under the names of the API. */
import { isJsonObject } from "../../json-object.ts";
import { utcDate } from "../iso-date.ts";
import type { ReflectAnswer } from "../types.ts";
import { toUsage } from "../usage.ts";
import type { RefreshRun } from "./run.ts";

type ToolCall = NonNullable<ReflectAnswer["trace"]>["toolCalls"][number];

/** Lists of a tool's result, by which its items are counted. */
const RESULT_LISTS = ["memories", "observations", "mental_models", "chunks", "results"];
/** The tools that see only what was written in the refresh's window. */
const WINDOWED: readonly string[] = ["recall", "search_observations"];

/** The refresh's trace; without what the tools returned where it is stored. */
export function toTrace(run: RefreshRun, now: Date, { outputs }: { outputs: boolean }) {
  const { findings, plan } = run;
  return {
    recorded_at: utcDate(now),
    effective_mode: run.effectiveMode,
    mode_fallback_reason: run.fallbackReason,
    outcome: run.outcome,
    tool_calls: findings.toolCalls.map((call) => ({
      tool: call.tool,
      reason: typeof call.input.reason === "string" ? call.input.reason : null,
      input: call.input,
      output: outputs && call.output && Object.keys(call.output).length > 0 ? call.output : null,
      updated_at: plan.writtenAfter && WINDOWED.includes(call.tool) ? utcDate(plan.writtenAfter) : null,
      result_count: resultCount(call),
      duration_ms: call.durationMs,
      iteration: call.iteration,
    })),
    llm_calls: findings.llmCalls.map(({ scope, durationMs }) => ({ scope, duration_ms: durationMs })),
    delta_operations: run.operations,
    retraction: toRetraction(run),
    usage: toUsage(findings.usage),
    duration_ms: run.durationMs,
    warnings: run.warnings,
  };
}

function toRetraction({ retraction }: RefreshRun) {
  if (!retraction) return null;
  const { withdrawn, deferredReason } = retraction.found;
  return {
    fact_ids: withdrawn.map(({ id }) => id).sort(),
    fact_texts: withdrawn.map(({ text }) => text),
    applied: retraction.applied,
    deferred_reason: deferredReason,
  };
}

/** How many memories and mental models the searches brought, by type, each once. */
export function retrievedCounts(toolCalls: readonly ToolCall[]): Record<string, number> {
  const seen = new Set<string>();
  const counts: Record<string, number> = {};
  for (const { type, id } of toolCalls.flatMap(retrieved)) {
    const key = JSON.stringify([type, id]);
    if (seen.has(key)) continue;
    seen.add(key);
    counts[type] = (counts[type] ?? 0) + 1;
  }
  return counts;
}

function retrieved({ tool, output }: ToolCall): { type: string; id: string }[] {
  const items = (name: string) => {
    const list = output?.[name];
    return Array.isArray(list) ? list.filter(isJsonObject) : [];
  };
  const entry = (type: unknown, id: unknown) =>
    typeof type === "string" && typeof id === "string" ? [{ type, id }] : [];
  switch (tool) {
    case "recall":
      return items("memories").flatMap(({ fact_type: type, id }) => entry(type, id));
    case "expand":
      return items("results").flatMap(({ memory }) =>
        isJsonObject(memory) ? entry(memory.type, memory.id) : [],
      );
    case "search_observations":
      return items("observations").flatMap(({ id }) => entry("observation", id));
    case "search_mental_models":
      return items("mental_models").flatMap(({ id }) => entry("mental-models", id));
    default:
      return [];
  }
}

function resultCount({ output }: ToolCall): number | null {
  const list = RESULT_LISTS.map((name) => output?.[name]).find(Array.isArray);
  return list ? list.length : null;
}
