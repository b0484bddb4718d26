import { type Environment, SettingsReader } from "./environment.ts";
import {
  type RetrySettings,
  readRetries,
  readService,
  type ServiceSettings,
  type ServiceVariables,
} from "./service-settings.ts";

/** What makes a server's vectors. */
export interface EmbeddingSettings {
  /** `offline` (default), or a provider's name. */
  provider: string;
  service: ServiceSettings;
  /** Requests at once, of all callers together (8). */
  maxConcurrentRequests: number;
  retry: RetrySettings;
  /** Longer texts are cut (8192); null: never. */
  maxInputTokens: number | null;
  /** What stands before a question, and before a text that is stored, for models that tell them apart. */
  queryPrefix: string;
  passagePrefix: string;
  /** Of models that run in this process, which have prefixes of their own. */
  local: {
    pooling?: string | undefined;
    queryPrefix?: string | undefined;
    passagePrefix?: string | undefined;
  };
}

const VARIABLES: Record<string, ServiceVariables> = {
  openai: {
    keys: ["EMBEDDINGS_OPENAI_API_KEY", "LLM_API_KEY"],
    model: "EMBEDDINGS_OPENAI_MODEL",
    baseUrl: "EMBEDDINGS_OPENAI_BASE_URL",
    dimensions: "EMBEDDINGS_OPENAI_DIMENSIONS",
    batchSize: "EMBEDDINGS_OPENAI_BATCH_SIZE",
  },
  openrouter: {
    keys: ["EMBEDDINGS_OPENROUTER_API_KEY", "OPENROUTER_API_KEY", "LLM_API_KEY"],
    model: "EMBEDDINGS_OPENROUTER_MODEL",
    dimensions: "EMBEDDINGS_OPENAI_DIMENSIONS",
    batchSize: "EMBEDDINGS_OPENAI_BATCH_SIZE",
  },
  requesty: {
    keys: ["EMBEDDINGS_REQUESTY_API_KEY", "REQUESTY_API_KEY", "LLM_API_KEY"],
    model: "EMBEDDINGS_REQUESTY_MODEL",
    dimensions: "EMBEDDINGS_OPENAI_DIMENSIONS",
    batchSize: "EMBEDDINGS_OPENAI_BATCH_SIZE",
  },
  cohere: {
    keys: ["EMBEDDINGS_COHERE_API_KEY", "COHERE_API_KEY"],
    model: "EMBEDDINGS_COHERE_MODEL",
    baseUrl: "EMBEDDINGS_COHERE_BASE_URL",
    dimensions: "EMBEDDINGS_COHERE_OUTPUT_DIMENSIONS",
  },
  zeroentropy: {
    keys: ["EMBEDDINGS_ZEROENTROPY_API_KEY"],
    model: "EMBEDDINGS_ZEROENTROPY_MODEL",
    baseUrl: "EMBEDDINGS_ZEROENTROPY_BASE_URL",
    dimensions: "EMBEDDINGS_ZEROENTROPY_DIMENSIONS",
    batchSize: "EMBEDDINGS_ZEROENTROPY_BATCH_SIZE",
  },
  nvidia: {
    keys: ["EMBEDDINGS_NVIDIA_API_KEY"],
    model: "EMBEDDINGS_NVIDIA_MODEL",
    baseUrl: "EMBEDDINGS_NVIDIA_BASE_URL",
    dimensions: "EMBEDDINGS_NVIDIA_DIMENSIONS",
    batchSize: "EMBEDDINGS_NVIDIA_BATCH_SIZE",
  },
  litellm: {
    keys: ["EMBEDDINGS_LITELLM_API_KEY", "LITELLM_API_KEY"],
    model: "EMBEDDINGS_LITELLM_MODEL",
    baseUrl: "EMBEDDINGS_LITELLM_API_BASE",
    dimensions: "EMBEDDINGS_LITELLM_DIMENSIONS",
  },
  google: {
    keys: ["EMBEDDINGS_GEMINI_API_KEY", "LLM_API_KEY"],
    model: "EMBEDDINGS_GEMINI_MODEL",
    dimensions: "EMBEDDINGS_GEMINI_OUTPUT_DIMENSIONALITY",
    batchSize: "EMBEDDINGS_GEMINI_BATCH_SIZE",
  },
  local: { model: "EMBEDDINGS_LOCAL_MODEL" },
  onnx: { model: "EMBEDDINGS_ONNX_MODEL_ID", batchSize: "EMBEDDINGS_ONNX_BATCH_SIZE" },
  tei: { baseUrl: "EMBEDDINGS_TEI_URL", batchSize: "EMBEDDINGS_TEI_BATCH_SIZE" },
};

const RETRIES: RetrySettings = { retries: 4, initialBackoffMs: 500, maxBackoffMs: 4_000, budgetMs: 15_000 };
const MAX_INPUT_TOKENS = 8192;

/** @throws TestkitError `INVALID_OPTION` that names the variable. */
export function readEmbeddingSettings(environment: Environment): EmbeddingSettings {
  const env = new SettingsReader(environment);
  const provider = env.text("EMBEDDINGS_PROVIDER")?.toLowerCase() ?? "offline";
  const maxInputTokens = env.integer("EMBEDDINGS_MAX_INPUT_TOKENS") ?? MAX_INPUT_TOKENS;
  return {
    provider,
    service: readService(env, VARIABLES[provider] ?? {}),
    maxConcurrentRequests: env.integer("EMBEDDINGS_MAX_CONCURRENT_REQUESTS", { min: 1 }) ?? 8,
    retry: readRetries(env, "EMBEDDINGS", RETRIES),
    maxInputTokens: maxInputTokens > 0 ? maxInputTokens : null,
    queryPrefix: env.text("EMBEDDINGS_QUERY_PREFIX") ?? "",
    passagePrefix: env.text("EMBEDDINGS_PASSAGE_PREFIX") ?? "",
    local: {
      pooling: env.word("EMBEDDINGS_ONNX_POOLING", ["mean", "cls"]),
      queryPrefix: env.text("EMBEDDINGS_ONNX_QUERY_PREFIX"),
      passagePrefix: env.text("EMBEDDINGS_ONNX_PASSAGE_PREFIX"),
    },
  };
}
