import type { Attribute } from "../remote/attribution.ts";
import { ConcurrencyLimit } from "../remote/concurrency-limit.ts";
import { requestJson } from "../remote/json-request.ts";
import { backoff, type RetryPolicy, withRetries } from "../remote/retry.ts";
import { isTransient } from "../remote/transient.ts";
import { readScores } from "./remote-scores.ts";
import type { Reranker } from "./types.ts";

export interface CohereRerankerOptions {
  provider: string;
  /** The whole URL of the request. */
  url: string;
  /** "": none is sent. */
  apiKey: string;
  model: string;
  /** Whether the request says how many scores are wanted: all. */
  sendsCount: boolean;
  maxConcurrent: number;
  timeoutMs: number;
  attribute: Attribute;
  retryPolicy: RetryPolicy;
}

/**
 * A reranker with Cohere's API, or one that is like it. All candidates go in one request: a service may answer with ranks, and
 * those of two requests cannot be compared.
 */
export function cohereReranker(options: CohereRerankerOptions): Reranker {
  const concurrency = new ConcurrencyLimit(options.maxConcurrent);
  return {
    provider: options.provider,
    score: async (query, candidates, { signal }) => {
      if (candidates.length === 0) return [];
      const body = {
        model: options.model,
        query,
        documents: candidates.map(({ document }) => document),
        return_documents: false,
        ...(options.sendsCount && { top_n: candidates.length }),
      };
      const request = {
        url: options.url,
        headers: {
          ...(options.apiKey !== "" && { authorization: `Bearer ${options.apiKey}` }),
          ...options.attribute("rerank"),
        },
        body,
        timeoutMs: options.timeoutMs,
        signal,
      };
      const answer = await withRetries(
        () => concurrency.run(() => requestJson(request), signal),
        options.retryPolicy,
        (error, retry) => (isTransient(error) ? backoff(options.retryPolicy, retry) : undefined),
        signal,
      );
      const results = typeof answer === "object" && answer !== null && "results" in answer && answer.results;
      return readScores(results, "relevance_score", candidates.length);
    },
  };
}
