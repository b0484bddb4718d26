import { isJsonObject } from "../../json-object.ts";
import type { ConsolidationSettings } from "../consolidation/settings.ts";
import { scopeRules } from "../consolidation/strategies/scope-rules.ts";
import { readLabelGroups } from "../labels/label-groups.ts";
import type { RecallSettings } from "../recall/settings.ts";
import type { ReflectSettings } from "../reflect/settings.ts";
import { readDefense } from "../retain/defense/policy.ts";
import type { RetainSettings } from "../retain/settings.ts";
import { OBSERVATION_SCOPE_MODES, type ObservationScopes } from "../types.ts";
import { isTextList } from "../value-checks.ts";
import { isConfigName } from "./config-keys.ts";
import type { ResolvedConfig } from "./resolve-config.ts";

export const NEUTRAL_TRAIT = 3;
const DEFAULT_CHUNK_BATCH_SIZE = 100;
const DEFAULT_CONSOLIDATION_BATCH = 8;
/** What one search of observations may bring into a reflect, in tokens. */
const OBSERVATIONS_MAX_TOKENS = 5000;
const NO_SOURCE_FACTS = -1;

function number(value: unknown, otherwise: number): number {
  return typeof value === "number" ? value : otherwise;
}

function textOrNull(value: unknown): string | null {
  return typeof value === "string" ? value : null;
}

/**
 * What a retain reads of a bank's configuration, under the overrides of its strategy (else of the bank's default strategy).
 * A strategy that does not exist, and keys that are not known, change nothing.
 *
 * @param overrides come before all of these.
 */
export function retainSettings(
  bank: ResolvedConfig,
  strategy: string | undefined,
  overrides: Partial<ResolvedConfig> = {},
): RetainSettings {
  const named = strategy || textOrNull(bank.retain_default_strategy);
  const config = { ...withStrategy(bank, named), ...overrides };
  return {
    retainExtractionMode: String(config.retain_extraction_mode),
    retainMission: textOrNull(config.retain_mission),
    retainCustomInstructions: textOrNull(config.retain_custom_instructions),
    retainChunkSize: Number(config.retain_chunk_size),
    retainStructuredChunkSize:
      config.retain_structured_chunk_size === null ? null : Number(config.retain_structured_chunk_size),
    retainMaxAttachmentsPerChunk: Number(config.retain_max_attachments_per_chunk),
    labels: readLabelGroups(config.entity_labels),
    allowFreeFormEntities: config.entities_allow_free_form === true,
    defense: readDefense(config.memory_defense),
    defaultObservationScopes: scopesOrNull(config.default_observation_scopes),
    retainChunkBatchSize: Math.max(1, number(config.retain_chunk_batch_size, DEFAULT_CHUNK_BATCH_SIZE)),
    storeDocumentText: config.store_document_text === true,
  };
}

function scopesOrNull(value: unknown): ObservationScopes | null {
  if (Array.isArray(value)) return value.filter(isTextList);
  return OBSERVATION_SCOPE_MODES.find((mode) => mode === value) ?? null;
}

function withStrategy(bank: ResolvedConfig, name: string | null): ResolvedConfig {
  const strategies = bank.retain_strategies;
  const overrides =
    name !== null && isJsonObject(strategies) && Object.hasOwn(strategies, name) && strategies[name];
  if (!isJsonObject(overrides)) return bank;
  const known = Object.entries(overrides).filter(([key, value]) => isConfigName(key) && value !== null);
  return { ...bank, ...Object.fromEntries(known) };
}

/** What a consolidation reads of a bank's configuration. */
export function consolidationSettings(config: ResolvedConfig): ConsolidationSettings {
  return {
    enabled: config.enable_observations === true,
    automatic: config.enable_auto_consolidation === true,
    batchSize: Math.max(1, number(config.consolidation_llm_batch_size, DEFAULT_CONSOLIDATION_BATCH)),
    parallelism: Math.max(1, number(config.consolidation_llm_parallelism, 1)),
    maxPerRound: Math.max(0, number(config.consolidation_max_memories_per_round, 0)),
    recall: recallSettings(config),
    rulesOf: scopeRules(config),
  };
}

/** What a recall reads of a bank's configuration. */
export function recallSettings(config: ResolvedConfig): RecallSettings {
  return {
    enableTextSearch: config.enable_text_search === true,
    enableGraphRetrieval: config.enable_graph_retrieval === true,
    enableTemporalRetrieval: config.enable_temporal_retrieval === true,
    enableReranking: config.enable_reranking === true,
    preferObservations: config.recall_prefer_observations === true,
    budgetFunction: String(config.recall_budget_function).toLowerCase() === "adaptive" ? "adaptive" : "fixed",
    budgetFixed: {
      low: Number(config.recall_budget_fixed_low),
      mid: Number(config.recall_budget_fixed_mid),
      high: Number(config.recall_budget_fixed_high),
    },
    budgetAdaptive: {
      low: Number(config.recall_budget_adaptive_low),
      mid: Number(config.recall_budget_adaptive_mid),
      high: Number(config.recall_budget_adaptive_high),
    },
    budgetMin: Number(config.recall_budget_min),
    budgetMax: Number(config.recall_budget_max),
  };
}

/** What a reflect reads of a bank's configuration; `request` is what its caller wants otherwise. */
export function reflectSettings(
  config: ResolvedConfig,
  request: { observationsMaxTokens?: number | undefined; observationsIncludeEntities?: boolean | undefined },
): ReflectSettings {
  const defaults = isJsonObject(config.reflect_default_options) ? config.reflect_default_options : {};
  return {
    mission: textOrNull(config.reflect_mission) ?? "",
    disposition: {
      skepticism: number(config.disposition_skepticism, NEUTRAL_TRAIT),
      literalism: number(config.disposition_literalism, NEUTRAL_TRAIT),
      empathy: number(config.disposition_empathy, NEUTRAL_TRAIT),
    },
    recall: recallSettings(config),
    recallMaxTokens: Number(config.recall_max_tokens),
    recallIncludeChunks: config.recall_include_chunks === true,
    recallChunksMaxTokens: Number(config.recall_chunks_max_tokens),
    storeDocumentText: config.store_document_text === true,
    observationsMaxTokens:
      request.observationsMaxTokens ??
      number(defaults.reflect_search_observations_max_tokens, OBSERVATIONS_MAX_TOKENS),
    sourceFactsMaxTokens: number(config.reflect_source_facts_max_tokens, NO_SOURCE_FACTS),
    observationsIncludeEntities:
      request.observationsIncludeEntities ?? defaults.reflect_search_observations_include_entities !== false,
  };
}
