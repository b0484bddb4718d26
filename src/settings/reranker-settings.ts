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
  /** The primary, and those that stand in for it, in their order. */
  members: readonly [RerankerMember, ...RerankerMember[]];
  retry: RetrySettings;
}

export interface RerankerMember {
  /** `offline` (default), `rrf` (the order of the fusion), or a provider's name. */
  provider: string;
  service: ServiceSettings;
}

/** Their names without `RERANKER_`. */
const VARIABLES: Record<string, ServiceVariables> = {
  tei: {
    baseUrl: "TEI_URL",
    batchSize: "TEI_BATCH_SIZE",
    maxConcurrent: "TEI_MAX_CONCURRENT",
    timeout: "TEI_HTTP_TIMEOUT",
  },
  cohere: { ...named("COHERE"), maxConcurrent: "COHERE_MAX_CONCURRENT" },
  openrouter: named("OPENROUTER"),
  siliconflow: named("SILICONFLOW"),
  zeroentropy: named("ZEROENTROPY"),
  alibaba: named("ALIBABA"),
  litellm: { ...named("LITELLM"), baseUrl: "LITELLM_API_BASE" },
};

/** Keys that several services of one provider share; the primary alone takes them. */
const SHARED_KEYS: Record<string, readonly string[]> = {
  cohere: ["COHERE_API_KEY"],
  openrouter: ["OPENROUTER_API_KEY", "LLM_API_KEY"],
  litellm: ["LITELLM_API_KEY"],
};

const RETRIES: RetrySettings = { retries: 3, initialBackoffMs: 500, maxBackoffMs: 4_000, budgetMs: 10_000 };

function named(name: string): ServiceVariables {
  return {
    keys: [`${name}_API_KEY`],
    model: `${name}_MODEL`,
    baseUrl: `${name}_BASE_URL`,
    timeout: `${name}_TIMEOUT`,
  };
}

/** @throws TestkitError `INVALID_OPTION` that names the variable. */
export function readRerankerSettings(environment: Environment): RerankerSettings {
  const env = new SettingsReader(environment);
  const further: RerankerMember[] = [];
  for (let index = 1; env.text(`RERANKER_${index}_PROVIDER`) !== undefined; index++) {
    further.push(readMember(env, `RERANKER_${index}_`, {}));
  }
  return {
    members: [readMember(env, "RERANKER_", SHARED_KEYS), ...further],
    retry: readRetries(env, "RERANKER", RETRIES),
  };
}

function readMember(
  env: SettingsReader,
  prefix: string,
  shared: Record<string, readonly string[]>,
): RerankerMember {
  const provider = env.text(`${prefix}PROVIDER`)?.toLowerCase() ?? "offline";
  const { keys = [], ...names } = VARIABLES[provider] ?? {};
  const service = readService(env, {
    ...Object.fromEntries(Object.entries(names).map(([use, name]) => [use, prefix + name])),
    keys: [...keys.map((name) => prefix + name), ...(shared[provider] ?? [])],
  });
  return { provider, service };
}
