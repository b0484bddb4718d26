import { TestkitError } from "../errors/testkit-error.ts";
import { ServiceError } from "../remote/service-error.ts";
import { TEI_RETRY_POLICY } from "../remote/tei-request.ts";
import { PREFIX } from "../settings/environment.ts";
import type { RerankerSettings } from "../settings/reranker-settings.ts";
import { requireServiceKey, requireServiceUrl, serviceUnreachable } from "../settings/service-settings.ts";
import { cohereReranker } from "./cohere-reranker.ts";
import { offlineReranker } from "./offline/offline-reranker.ts";
import { connectTeiReranker } from "./tei-reranker.ts";
import type { Reranker } from "./types.ts";

type RerankerFactory = (
  settings: RerankerSettings,
  options: { jitter: number; signal?: AbortSignal },
) => Reranker | null | Promise<Reranker>;

const PROVIDERS: Record<string, RerankerFactory> = {
  // The candidates keep the order of the fusion.
  rrf: () => null,
  offline: async () => offlineReranker,
  tei: ({ service }, { jitter, signal }) =>
    connectTeiReranker(
      {
        url: requireServiceUrl(service.baseUrl, "RERANKER_TEI_URL"),
        batchSize: service.batchSize ?? 128,
        maxConcurrent: service.maxConcurrent ?? 8,
        timeoutMs: service.timeoutMs ?? 30_000,
        retryPolicy: { ...TEI_RETRY_POLICY, jitter },
      },
      signal,
    ),
  cohere: ({ service, retry }, { jitter }) =>
    cohereReranker({
      provider: "cohere",
      url: requireServiceUrl(
        service.baseUrl ?? "https://api.cohere.com/v1/rerank",
        "RERANKER_COHERE_BASE_URL",
      ),
      apiKey: requireServiceKey(service.apiKey, "reranker provider cohere"),
      model: service.model ?? "rerank-english-v3.0",
      sendsCount: false,
      maxConcurrent: service.maxConcurrent ?? 16,
      timeoutMs: service.timeoutMs ?? 60_000,
      retryPolicy: { ...retry, jitter },
    }),
};

/**
 * The reranker that the settings name, ready: a service that can be asked whether it is there has answered.
 * @param options.jitter 0 in test mode.
 * @returns `null` for `rrf`.
 * @throws TestkitError `INVALID_OPTION`, `SERVICE_KEY_MISSING`, `SERVICE_UNREACHABLE`
 */
export async function createReranker(
  settings: RerankerSettings,
  options: { jitter: number; signal?: AbortSignal },
): Promise<Reranker | null> {
  const { provider } = settings;
  const create = Object.hasOwn(PROVIDERS, provider) ? PROVIDERS[provider] : undefined;
  if (!create) {
    const known = Object.keys(PROVIDERS).join(", ");
    throw new TestkitError("INVALID_OPTION", {
      what: `${PREFIX}RERANKER_PROVIDER must be one of ${known}, not ${JSON.stringify(provider)}.`,
    });
  }
  try {
    return await create(settings, options);
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    throw serviceUnreachable(`reranker provider ${provider}`, error);
  }
}
