import type { Attribute } from "../remote/attribution.ts";
import type { RetryPolicy } from "../remote/retry.ts";
import { ServiceError } from "../remote/service-error.ts";
import { requestTei } from "../remote/tei-request.ts";
import type { EmbeddingService } from "./remote-embedder.ts";

const TIMEOUT_MS = 30_000;

/** A server of Text Embeddings Inference. */
export function teiService(options: {
  url: string;
  batchSize: number;
  attribute: Attribute;
  retryPolicy: RetryPolicy;
}): EmbeddingService {
  const base = options.url.replace(/\/+$/, "");
  const { retryPolicy } = options;
  return {
    provider: "tei",
    batchSize: options.batchSize,
    dimension: undefined,
    probe: async (signal) => {
      const headers = options.attribute("embedding");
      await requestTei({ url: `${base}/info`, headers, timeoutMs: TIMEOUT_MS, signal }, retryPolicy);
    },
    request: async (texts, _purpose, signal) => {
      const body = { inputs: texts };
      const headers = options.attribute("embedding");
      const request = { url: `${base}/embed`, headers, body, timeoutMs: TIMEOUT_MS, signal };
      const vectors = await requestTei(request, retryPolicy);
      if (Array.isArray(vectors)) return vectors;
      throw new ServiceError("answer", "The embeddings service's answer is no list of vectors");
    },
  };
}
