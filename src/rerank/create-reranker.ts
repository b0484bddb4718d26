import { TestkitError } from "../errors/testkit-error.ts";
import type { Attribute } from "../remote/attribution.ts";
import { ServiceError } from "../remote/service-error.ts";
import { TEI_RETRY_POLICY } from "../remote/tei-request.ts";
import { PREFIX } from "../settings/environment.ts";
import type { RerankerMember, RerankerSettings } from "../settings/reranker-settings.ts";
import {
  type RetrySettings,
  requireServiceKey,
  requireServiceUrl,
  serviceUnreachable,
} from "../settings/service-settings.ts";
import { cohereReranker } from "./cohere-reranker.ts";
import { offlineReranker } from "./offline/offline-reranker.ts";
import { rerankerChain } from "./reranker-chain.ts";
import { connectTeiReranker } from "./tei-reranker.ts";
import type { Reranker } from "./types.ts";

interface Options {
  /** 0 in test mode. */
  jitter: number;
  /** How calls say in headers whose they are. */
  attribute: Attribute;
}

/** Makes a member; what it returns connects it. Bad settings are an error at once. */
type RerankerFactory = (
  member: RerankerMember,
  retry: RetrySettings,
  options: Options,
) => (signal?: AbortSignal) => Promise<Reranker | null>;

/** What is like Cohere's API: where it is, what it is asked for, and whether it is told how many scores are wanted. */
const COHERE_LIKE: Record<string, { baseUrl: string; path: string; model: string; sendsCount: boolean }> = {
  cohere: {
    baseUrl: "https://api.cohere.com/v1/rerank",
    path: "",
    model: "rerank-english-v3.0",
    sendsCount: false,
  },
  openrouter: {
    baseUrl: "https://openrouter.ai/api/v1/rerank",
    path: "",
    model: "cohere/rerank-v3.5",
    sendsCount: false,
  },
  siliconflow: {
    baseUrl: "https://api.siliconflow.cn/v1",
    path: "/rerank",
    model: "BAAI/bge-reranker-v2-m3",
    sendsCount: true,
  },
  zeroentropy: {
    baseUrl: "https://api.zeroentropy.dev",
    path: "/v1/models/rerank",
    model: "zerank-2",
    sendsCount: true,
  },
  alibaba: {
    baseUrl: "https://dashscope.aliyuncs.com/compatible-api/v1/reranks",
    path: "",
    model: "qwen3-rerank",
    sendsCount: true,
  },
  litellm: {
    baseUrl: "http://localhost:4000",
    path: "/rerank",
    model: "cohere/rerank-english-v3.0",
    sendsCount: true,
  },
};

const PROVIDERS: Record<string, RerankerFactory> = {
  offline: () => async () => offlineReranker,
  // The candidates keep the order of the fusion.
  rrf: () => async () => null,
  tei: ({ service }, _retry, { jitter, attribute }) => {
    const options = {
      url: requireServiceUrl(service.baseUrl, "RERANKER_TEI_URL"),
      batchSize: service.batchSize ?? 128,
      maxConcurrent: service.maxConcurrent ?? 8,
      timeoutMs: service.timeoutMs ?? 30_000,
      attribute,
      retryPolicy: { ...TEI_RETRY_POLICY, jitter },
    };
    return (signal) => connectTeiReranker(options, signal);
  },
  ...Object.fromEntries(Object.keys(COHERE_LIKE).map((provider) => [provider, createCohereLike])),
};

function createCohereLike(
  { provider, service }: RerankerMember,
  retry: RetrySettings,
  { jitter, attribute }: Options,
) {
  const api = COHERE_LIKE[provider];
  if (!api) throw new Error(`${provider} is not like Cohere`);
  const variable = `RERANKER_${provider.toUpperCase()}_BASE_URL`;
  const base = requireServiceUrl(service.baseUrl ?? api.baseUrl, variable);
  const reranker = cohereReranker({
    provider,
    url: api.path === "" ? base : base.replace(/\/+$/, "") + api.path,
    // A proxy may want none.
    apiKey:
      provider === "litellm"
        ? (service.apiKey ?? "")
        : requireServiceKey(service.apiKey, `reranker provider ${provider}`),
    model: service.model ?? api.model,
    sendsCount: api.sendsCount,
    maxConcurrent: service.maxConcurrent ?? 16,
    timeoutMs: service.timeoutMs ?? 60_000,
    attribute,
    retryPolicy: { ...retry, jitter },
  });
  return async () => reranker;
}

/**
 * The reranker that the settings name, ready: a service that can be asked whether it is there has answered. In a chain, one that
 * does not answer is asked again when its turn comes.
 * @returns `null` for `rrf`.
 * @throws TestkitError `INVALID_OPTION`, `SERVICE_KEY_MISSING`, `SERVICE_UNREACHABLE`
 */
export async function createReranker(
  { members, retry }: RerankerSettings,
  { signal, ...options }: Options & { signal?: AbortSignal },
): Promise<Reranker | null> {
  const [{ provider }] = members;
  const connectors = members.map((member) => factoryOf(member.provider)(member, retry, options));
  const [connect] = connectors;
  if (connectors.length > 1 || !connect) return rerankerChain(provider, connectors);
  try {
    return await connect(signal);
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    throw serviceUnreachable(`reranker provider ${provider}`, error);
  }
}

function factoryOf(provider: string): RerankerFactory {
  const factory = Object.hasOwn(PROVIDERS, provider) ? PROVIDERS[provider] : undefined;
  if (factory) return factory;
  throw new TestkitError("INVALID_OPTION", {
    what: `${PREFIX}RERANKER_PROVIDER must be one of ${Object.keys(PROVIDERS).join(", ")}, not ${JSON.stringify(provider)}.`,
  });
}
