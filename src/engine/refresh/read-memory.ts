/** What a refresh finds out: by a reflect over the memories that it reads, or nothing where there are none. */
import { resolveConfig } from "../banks/resolve-config.ts";
import { EngineError } from "../errors.ts";
import { type BasedOn, toBasedOn } from "../mental-models/based-on.ts";
import type { StructuredDocument } from "../mental-models/document/structure.ts";
import { reflect } from "../reflect/reflect.ts";
import { OBSERVATIONS_MAX_TOKENS, reflectSettings } from "../reflect/settings.ts";
import type { ReflectAnswer, TokenUsage } from "../types.ts";
import { NO_USAGE } from "../usage.ts";
import { type RefreshPlan, tagRequest } from "./plan.ts";
import { refreshContext } from "./prompts/context.ts";

type Trace = NonNullable<ReflectAnswer["trace"]>;

export interface Findings extends Trace {
  text: string;
  document: StructuredDocument | null;
  basedOn: BasedOn;
  usage: TokenUsage;
}

/** Who runs the refresh. */
export interface RefreshCaller {
  operationId?: string | undefined;
  signal: AbortSignal;
}

const NOTHING: Findings = {
  text: "",
  document: null,
  basedOn: {},
  usage: NO_USAGE,
  toolCalls: [],
  llmCalls: [],
};

/** @throws what `reflect` throws */
export async function readMemory(
  plan: RefreshPlan,
  { operationId, signal }: RefreshCaller,
): Promise<Findings> {
  if (!plan.hasSources) return NOTHING;
  const { context, bank, model, trigger, scope, writes } = plan;
  // Not what the bank has configured of observations, which is meant for questions.
  const settings = reflectSettings(resolveConfig(context.bankDefaults, bank.config), {
    observationsMaxTokens: trigger.reflect_search_observations_max_tokens ?? OBSERVATIONS_MAX_TOKENS,
    observationsIncludeEntities: trigger.reflect_search_observations_include_entities ?? true,
  });
  const answer = await reflect(
    context,
    { sandboxId: bank.sandboxId, bankId: bank.bankId },
    {
      query: model.sourceQuery,
      context: refreshContext(model.name || model.mentalModelId, { isDelta: plan.baseline !== null }),
      budget: trigger.budget ?? "mid",
      maxTokens: model.maxTokens,
      includeFacts: true,
      includeToolCalls: { output: true },
      ...tagRequest(scope),
      ...(scope.factTypes && { factTypes: scope.factTypes }),
      excludeMentalModels: scope.excludeMentalModels,
      excludeMentalModelIds: scope.excludedIds,
      asDocument: true,
      writes,
    },
    {
      ...settings,
      recallIncludeChunks: trigger.include_chunks ?? settings.recallIncludeChunks,
      recallMaxTokens: trigger.recall_max_tokens ?? settings.recallMaxTokens,
      recallChunksMaxTokens: trigger.recall_chunks_max_tokens ?? settings.recallChunksMaxTokens,
    },
    { ...(operationId !== undefined && { operationId }), operation: "mental_model_refresh", signal },
  );
  const { text, document, usage, basedOn, trace } = answer;
  if (!basedOn || !trace) throw new EngineError("llm_failed", "Reflect did not say what its answer rests on");
  return { text, document, basedOn: toBasedOn(basedOn), usage, ...trace };
}
