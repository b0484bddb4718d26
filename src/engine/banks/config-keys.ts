import { type Check, oneOfAnyCase, range } from "../value-checks.ts";
import { checkConsolidationStrategies } from "./rules/consolidation.ts";
import { checkMemoryDefense } from "./rules/memory-defense.ts";
import { checkPageTrigger, checkReflectOptions } from "./rules/reflect.ts";
import { checkDefaultScopes, checkEntityLabels } from "./rules/retain.ts";

export type ConfigType =
  | "bool"
  | "int"
  | "number"
  | "string"
  | "list"
  | "object"
  | "list or object"
  | "string or list";

/** A key that a bank can override. */
export interface ConfigKey {
  type: ConfigType;
  /** The server's own value. */
  default: unknown;
  /** What the value must be beside its type; says what is wrong with it. */
  check?: Check;
  /** Null removes an override; of these keys it is refused. */
  notNull?: true;
}

const bool = (value: boolean): ConfigKey => ({ type: "bool", default: value });
const text = (value: string | null): ConfigKey => ({ type: "string", default: value });
const int = (value: number | null, min?: number, max?: number): ConfigKey => ({
  type: "int",
  default: value,
  ...(min !== undefined && { check: range({ min, max }) }),
});
const budget = (type: "int" | "number", value: number): ConfigKey => ({
  type,
  default: value,
  check: type === "int" ? range({ min: 1 }) : range({ above: 0 }),
  notNull: true,
});

/** All keys of a bank's configuration. */
export const CONFIG_KEYS = {
  audit_log_enabled: bool(false),
  store_document_text: bool(true),
  mcp_enabled_tools: { type: "list", default: null },

  retain_extraction_mode: text("concise"),
  retain_mission: text(null),
  retain_custom_instructions: text(null),
  retain_default_strategy: text(null),
  retain_chunk_size: int(3000, 1),
  retain_structured_chunk_size: int(null, 1),
  retain_max_attachments_per_chunk: int(8, 1),
  retain_chunk_batch_size: int(100),
  retain_strategies: { type: "object", default: null },
  entity_labels: { type: "list or object", default: null, check: checkEntityLabels },
  entities_allow_free_form: bool(true),
  memory_defense: { type: "object", default: null, check: checkMemoryDefense },

  enable_text_search: bool(true),
  enable_temporal_retrieval: bool(true),
  enable_graph_retrieval: bool(true),
  enable_reranking: bool(true),
  recall_max_tokens: int(2048),
  recall_chunks_max_tokens: int(1000),
  recall_include_chunks: bool(true),
  recall_prefer_observations: bool(false),
  recall_budget_function: {
    type: "string",
    default: "fixed",
    check: oneOfAnyCase(["fixed", "adaptive"]),
    notNull: true,
  },
  recall_budget_fixed_low: budget("int", 100),
  recall_budget_fixed_mid: budget("int", 300),
  recall_budget_fixed_high: budget("int", 1000),
  recall_budget_adaptive_low: budget("number", 0.025),
  recall_budget_adaptive_mid: budget("number", 0.075),
  recall_budget_adaptive_high: budget("number", 0.25),
  recall_budget_min: budget("int", 20),
  recall_budget_max: budget("int", 2000),

  reflect_mission: text(null),
  reflect_use_decision_model: bool(true),
  reflect_source_facts_max_tokens: int(-1),
  reflect_default_options: { type: "object", default: null, check: checkReflectOptions },
  disposition_skepticism: int(null, 1, 5),
  disposition_literalism: int(null, 1, 5),
  disposition_empathy: int(null, 1, 5),

  enable_observations: bool(true),
  enable_auto_consolidation: bool(true),
  observations_mission: text(null),
  observation_scope_limits: { type: "list", default: null },
  default_observation_scopes: { type: "string or list", default: null, check: checkDefaultScopes },
  consolidation_strategies: { type: "list", default: null, check: checkConsolidationStrategies },
  consolidation_use_decision_model: bool(true),
  consolidation_llm_batch_size: int(8),
  consolidation_llm_parallelism: int(4),
  consolidation_max_memories_per_round: int(100),
  consolidation_source_facts_max_tokens: int(4096),
  consolidation_source_facts_max_tokens_per_observation: int(256),
  max_observations_per_scope: int(-1),

  mental_model_refresh_use_decision_model: bool(true),
  mental_model_delta_use_decision_model: bool(true),
  mental_model_min_refresh_interval_seconds: int(0),
  knowledge_page_default_trigger: { type: "object", default: null, check: checkPageTrigger },
  llm_gemini_safety_settings: { type: "list", default: null },
} satisfies Record<string, ConfigKey>;

export type ConfigName = keyof typeof CONFIG_KEYS;

export function isConfigName(name: string): name is ConfigName {
  return Object.hasOwn(CONFIG_KEYS, name);
}

/** A key as callers may write it (`RETAIN_MISSION`, `HINDSIGHT_API_RETAIN_MISSION`), in the form that is stored. */
export function storedName(key: string): string {
  return key.replace(/^HINDSIGHT_API_/, "").toLowerCase();
}

/** Settings of the server that a bank cannot override; named, so that the refusal can say so. */
const SERVER_KEYS = new Set(
  `access_log base_path consolidation_max_attempts database_schema database_url db_acquire_timeout db_command_timeout
  db_pool_max_size db_pool_min_size embeddings_provider enable_bank_config_api enable_bank_llm_health enable_dry_run_extract
  file_parser file_storage_type gzip_min_size host llm_max_concurrent llm_model llm_provider llm_timeout llm_trace_enabled
  log_format log_level mcp_enabled operation_retention_days port read_database_url recall_max_concurrent
  recall_max_query_tokens reflect_max_context_tokens reflect_max_iterations reflect_wall_timeout reranker_max_candidates
  reranker_provider retain_batch_tokens retain_max_completion_tokens retain_max_concurrent retain_wall_timeout
  run_migrations_on_startup semantic_link_min_similarity semantic_min_similarity tenant_extension text_search_extension
  tokenizer_encoding vector_extension worker_enabled worker_id worker_max_retries worker_max_slots
  worker_poll_interval_ms workers`.split(/\s+/),
);

export function isServerKey(name: string): boolean {
  return SERVER_KEYS.has(name);
}

/** Whether a name is that of a secret, or of the place that secrets are sent to. */
export function isCredentialKey(name: string): boolean {
  return /(^|_)(api_key|base_url|auth_token|secret|password|credentials|service_account_key)$/.test(name);
}
