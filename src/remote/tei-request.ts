import { type JsonRequest, requestJson } from "./json-request.ts";
import { backoff, type RetryPolicy, withRetries } from "./retry.ts";
import { retryAfterHeader } from "./retry-after.ts";
import { ServiceError } from "./service-error.ts";

const MAX_PAUSE_MS = 5_000;
const TRANSIENT_STATUSES = [429];

/** Text Embeddings Inference answers 429 when it is busy: an attempt, and as many retries as the policy has. */
export const TEI_RETRY_POLICY: RetryPolicy = {
  retries: 3,
  initialBackoffMs: 500,
  maxBackoffMs: 4_000,
  jitter: 0,
};

/**
 * A request to a server of Text Embeddings Inference.
 * @throws ServiceError; the signal's reason.
 */
export function requestTei(request: JsonRequest, policy: RetryPolicy): Promise<unknown> {
  return withRetries(
    () => requestJson(request),
    policy,
    (error, retry) => {
      if (!(error instanceof ServiceError) || error.kind === "answer") return undefined;
      const { status = 500, headers } = error;
      if (status < 500 && !TRANSIENT_STATUSES.includes(status)) return undefined;
      const asked = retryAfterHeader(headers?.get("retry-after")) ?? 0;
      return Math.min(Math.max(asked, backoff(policy, retry)), MAX_PAUSE_MS);
    },
    request.signal,
  );
}
