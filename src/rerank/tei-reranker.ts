import type { Attribute } from "../remote/attribution.ts";
import { inBatches } from "../remote/batches.ts";
import { ConcurrencyLimit } from "../remote/concurrency-limit.ts";
import type { RetryPolicy } from "../remote/retry.ts";
import { requestTei } from "../remote/tei-request.ts";
import { readScores } from "./remote-scores.ts";
import type { Reranker } from "./types.ts";

export interface TeiRerankerOptions {
  url: string;
  batchSize: number;
  maxConcurrent: number;
  timeoutMs: number;
  attribute: Attribute;
  retryPolicy: RetryPolicy;
}

/**
 * A reranker on a server of Text Embeddings Inference, which has been reached.
 * @throws ServiceError
 */
export async function connectTeiReranker(
  options: TeiRerankerOptions,
  signal?: AbortSignal,
): Promise<Reranker> {
  const base = options.url.replace(/\/+$/, "");
  const { timeoutMs, retryPolicy, attribute } = options;
  const concurrency = new ConcurrencyLimit(options.maxConcurrent);
  await requestTei({ url: `${base}/info`, headers: attribute("rerank"), timeoutMs, signal }, retryPolicy);
  return {
    provider: "tei",
    score: (query, candidates, { signal }) =>
      inBatches(
        candidates,
        options.batchSize,
        concurrency,
        async (batch, stop) => {
          const body = { query, texts: batch.map(({ document }) => document), return_text: false };
          const headers = attribute("rerank");
          const request = { url: `${base}/rerank`, headers, body, timeoutMs, signal: stop };
          return readScores(await requestTei(request, retryPolicy), "score", batch.length);
        },
        signal,
      ),
  };
}
