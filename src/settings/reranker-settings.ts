import { type Environment, SettingsReader } from "./environment.ts";
import {
  type RetrySettings,
  readRetries,
  readService,
  type ServiceSettings,
  type ServiceVariables,
} from "./service-settings.ts";

/** What orders the candidates of a recall. */
export interface RerankerSettings {
  /** `offline` (default), `rrf` (the order of the fusion), or a provider's name. */
  provider: string;
  service: ServiceSettings;
  retry: RetrySettings;
}

/** Their names without `RERANKER_`. */
const VARIABLES: Record<string, ServiceVariables> = {
  tei: {
    baseUrl: "TEI_URL",
    batchSize: "TEI_BATCH_SIZE",
    maxConcurrent: "TEI_MAX_CONCURRENT",
    timeout: "TEI_HTTP_TIMEOUT",
  },
  cohere: {
    keys: ["COHERE_API_KEY"],
    model: "COHERE_MODEL",
    baseUrl: "COHERE_BASE_URL",
    maxConcurrent: "COHERE_MAX_CONCURRENT",
    timeout: "COHERE_TIMEOUT",
  },
};

const RETRIES: RetrySettings = { retries: 3, initialBackoffMs: 500, maxBackoffMs: 4_000, budgetMs: 10_000 };

/** @throws TestkitError `INVALID_OPTION` that names the variable. */
export function readRerankerSettings(environment: Environment): RerankerSettings {
  const env = new SettingsReader(environment);
  const provider = env.text("RERANKER_PROVIDER")?.toLowerCase() ?? "offline";
  const { keys = [], ...names } = VARIABLES[provider] ?? {};
  const service = readService(env, {
    ...Object.fromEntries(Object.entries(names).map(([use, name]) => [use, `RERANKER_${name}`])),
    keys: [...keys.map((name) => `RERANKER_${name}`), ...keys],
  });
  return { provider, service, retry: readRetries(env, "RERANKER", RETRIES) };
}
