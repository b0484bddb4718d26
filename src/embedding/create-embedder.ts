import { TestkitError } from "../errors/testkit-error.ts";
import type { Attribute } from "../remote/attribution.ts";
import { ServiceError } from "../remote/service-error.ts";
import { TEI_RETRY_POLICY } from "../remote/tei-request.ts";
import type { EmbeddingSettings } from "../settings/embedding-settings.ts";
import { PREFIX } from "../settings/environment.ts";
import { requireServiceKey, requireServiceUrl, serviceUnreachable } from "../settings/service-settings.ts";
import { JSON_APIS, jsonService } from "./json-service.ts";
import { isLocal, loadLocalEmbedder } from "./local-embedder.ts";
import { offlineEmbedder } from "./offline.ts";
import { openAiService } from "./openai-service.ts";
import { type EmbeddingService, RemoteEmbedder } from "./remote-embedder.ts";
import { teiService } from "./tei-service.ts";
import type { Embedder } from "./types.ts";

/** Dimensions that need not be asked for. */
const OPENAI_DIMENSIONS: Record<string, number> = {
  "text-embedding-3-small": 1536,
  "text-embedding-3-large": 3072,
  "text-embedding-ada-002": 1536,
};

/** The pauses of OpenAI's own client, which upstream leaves them to. */
const OPENAI_BACKOFF = { initialBackoffMs: 500, maxBackoffMs: 8_000 };

/** What is like OpenAI's API, and what it is asked for where nothing is configured. */
const OPENAI_LIKE: Record<string, { baseUrl: string; model: string }> = {
  openai: { baseUrl: "https://api.openai.com/v1", model: "text-embedding-3-small" },
  openrouter: { baseUrl: "https://openrouter.ai/api/v1", model: "perplexity/pplx-embed-v1-0.6b" },
  requesty: { baseUrl: "https://router.requesty.ai/v1", model: "openai/text-embedding-3-small" },
};

/** Whose key may be missing: a proxy wants what it is configured to want. */
const KEYLESS = ["litellm"];

interface ServiceOptions {
  /** 0 in test mode. */
  jitter: number;
  /** How calls say in headers whose they are. */
  attribute: Attribute;
}

type ServiceFactory = (settings: EmbeddingSettings, options: ServiceOptions) => EmbeddingService;

const SERVICES: Record<string, ServiceFactory> = {
  openai: createOpenAi,
  openrouter: createOpenAi,
  requesty: createOpenAi,
  ...Object.fromEntries(Object.keys(JSON_APIS).map((provider) => [provider, createJson])),
  tei: ({ service }, { jitter, attribute }) =>
    teiService({
      url: requireServiceUrl(service.baseUrl, "EMBEDDINGS_TEI_URL"),
      batchSize: service.batchSize ?? 32,
      attribute,
      retryPolicy: { ...TEI_RETRY_POLICY, jitter },
    }),
};

/**
 * The embedder that the settings name, ready: a service has been reached, and its dimension is known.
 * @throws TestkitError `INVALID_OPTION`, `SERVICE_KEY_MISSING`, `SERVICE_UNREACHABLE`, `LOCAL_MODEL_UNAVAILABLE`
 */
export async function createEmbedder(
  settings: EmbeddingSettings,
  options: ServiceOptions & { signal?: AbortSignal },
): Promise<Embedder> {
  const { provider } = settings;
  if (provider === "offline") return offlineEmbedder;
  if (isLocal(provider)) return loadLocalEmbedder(settings);
  const create = Object.hasOwn(SERVICES, provider) ? SERVICES[provider] : undefined;
  if (!create) {
    const known = ["offline", "local", "onnx", ...Object.keys(SERVICES)].join(", ");
    throw new TestkitError("INVALID_OPTION", {
      what: `${PREFIX}EMBEDDINGS_PROVIDER must be one of ${known}, not ${JSON.stringify(provider)}.`,
    });
  }
  try {
    return await RemoteEmbedder.connect(create(settings, options), settings, options.signal);
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    throw serviceUnreachable(`embeddings provider ${provider}`, error);
  }
}

function createOpenAi(settings: EmbeddingSettings, { jitter, attribute }: ServiceOptions): EmbeddingService {
  const { provider, service, retry } = settings;
  const defaults = OPENAI_LIKE[provider];
  if (!defaults) throw new Error(`${provider} is not like OpenAI`);
  const apiKey = requireServiceKey(service.apiKey, `embeddings provider ${provider}`);
  const model = service.model ?? defaults.model;
  return openAiService({
    provider,
    baseUrl: requireServiceUrl(service.baseUrl ?? defaults.baseUrl, "EMBEDDINGS_OPENAI_BASE_URL"),
    apiKey,
    model,
    batchSize: service.batchSize ?? 100,
    dimensions: service.dimensions,
    dimension: service.dimensions ?? OPENAI_DIMENSIONS[model],
    attribute,
    retryPolicy: { ...OPENAI_BACKOFF, retries: retry.retries, jitter },
  });
}

function createJson(
  { provider, service, retry }: EmbeddingSettings,
  { jitter, attribute }: ServiceOptions,
): EmbeddingService {
  const api = JSON_APIS[provider];
  if (!api) throw new Error(`${provider} is no such API`);
  return jsonService(api, {
    provider,
    baseUrl: requireServiceUrl(
      service.baseUrl ?? api.baseUrl,
      `EMBEDDINGS_${provider.toUpperCase()}_BASE_URL`,
    ),
    apiKey: KEYLESS.includes(provider)
      ? (service.apiKey ?? "")
      : requireServiceKey(service.apiKey, `embeddings provider ${provider}`),
    model: service.model ?? api.model,
    batchSize: service.batchSize ?? api.batchSize,
    dimensions: service.dimensions ?? api.dimensions,
    attribute,
    retryPolicy: { ...retry, jitter },
  });
}
