import type { Attribute } from "../remote/attribution.ts";
import { requestJson } from "../remote/json-request.ts";
import { backoff, type RetryPolicy, withRetries } from "../remote/retry.ts";
import { retryAfterHeader } from "../remote/retry-after.ts";
import { ServiceError } from "../remote/service-error.ts";
import type { EmbeddingService } from "./remote-embedder.ts";

const TIMEOUT_MS = 60_000;
/** A pause that the service asks for is kept up to here. */
const MAX_RETRY_AFTER_MS = 60_000;
/** A used-up quota says nothing of when it is filled again. */
const QUOTA_PAUSE_MS = 900_000;
const TRANSIENT_STATUSES = [408, 409, 429];

export interface OpenAiEmbeddingOptions {
  provider: string;
  /** Its query string goes with every request. */
  baseUrl: string;
  apiKey: string;
  model: string;
  batchSize: number;
  /** Asked for, where it is set. */
  dimensions: number | undefined;
  /** Known without asking. */
  dimension: number | undefined;
  attribute: Attribute;
  retryPolicy: RetryPolicy;
}

/** OpenAI's embeddings API, and those that are like it. */
export function openAiService(options: OpenAiEmbeddingOptions): EmbeddingService {
  const url = new URL(options.baseUrl);
  url.pathname = `${url.pathname.replace(/\/$/, "")}/embeddings`;
  return {
    provider: options.provider,
    batchSize: options.batchSize,
    dimension: options.dimension,
    request: async (texts, _purpose, signal) => {
      const body = {
        input: texts,
        model: options.model,
        ...(options.dimensions !== undefined && { dimensions: options.dimensions }),
        encoding_format: "base64",
      };
      const headers = { authorization: `Bearer ${options.apiKey}`, ...options.attribute("embedding") };
      const answer = await withRetries(
        () =>
          requestJson({
            url: url.href,
            headers,
            body,
            timeoutMs: TIMEOUT_MS,
            signal,
          }),
        options.retryPolicy,
        (error, retry) => pauseAfter(error, backoff(options.retryPolicy, retry)),
        signal,
      ).catch((error: unknown) => {
        throw isQuotaUsedUp(error) ? quotaUsedUp(error) : error;
      });
      return readVectors(answer);
    },
  };
}

function pauseAfter(error: unknown, pause: number): number | undefined {
  if (!(error instanceof ServiceError) || error.kind === "answer") return undefined;
  const { status = 500, headers } = error;
  const told = headers?.get("x-should-retry");
  if (told === "false") return undefined;
  if (told !== "true" && status < 500 && !TRANSIENT_STATUSES.includes(status)) return undefined;
  const asked = retryAfterHeader(headers?.get("retry-after"));
  return asked !== undefined && asked > 0 && asked <= MAX_RETRY_AFTER_MS ? asked : pause;
}

function isQuotaUsedUp(error: unknown): error is ServiceError {
  if (!(error instanceof ServiceError) || error.status !== 429) return false;
  const { body } = error;
  const detail = typeof body === "object" && body !== null && "error" in body ? body.error : body;
  return (
    typeof detail === "object" && detail !== null && "code" in detail && detail.code === "insufficient_quota"
  );
}

function quotaUsedUp(error: ServiceError): ServiceError {
  return new ServiceError("status", `The embeddings quota is used up: ${error.message}`, {
    status: error.status,
    headers: error.headers,
    body: error.body,
    retryAfterMs: QUOTA_PAUSE_MS,
    cause: error,
  });
}

/** The vectors in the order of their `index`. */
function readVectors(answer: unknown): unknown[] {
  const data = typeof answer === "object" && answer !== null && "data" in answer ? answer.data : undefined;
  if (!Array.isArray(data)) {
    throw new ServiceError("answer", "The embeddings service's answer has no list `data`");
  }
  const entries: { index: number; embedding: unknown }[] = data.map((entry: unknown, position) => {
    const { index, embedding } = (entry ?? {}) as { index?: unknown; embedding?: unknown };
    return { index: typeof index === "number" ? index : position, embedding };
  });
  return entries.sort((a, b) => a.index - b.index).map(({ embedding }) => embedding);
}
