import { setTimeout as sleep } from "node:timers/promises";
import { LlmError } from "./llm-error.ts";

export interface RetryPolicy {
  /** Attempts after the first. */
  retries: number;
  /** The pause before the first retry; it doubles with each. */
  initialBackoffMs: number;
  maxBackoffMs: number;
}

export const DEFAULT_RETRY_POLICY: RetryPolicy = {
  retries: 3,
  initialBackoffMs: 1_000,
  maxBackoffMs: 60_000,
};

/**
 * Runs `attempt` until it returns, fails with an error that is not worth a retry, or has used up its retries.
 * @throws the last attempt's error; the signal's reason when it is aborted.
 */
export async function withRetries<T>(
  attempt: (isLast: boolean) => Promise<T>,
  policy: RetryPolicy,
  signal: AbortSignal | undefined,
): Promise<T> {
  for (let retry = 0; ; retry++) {
    signal?.throwIfAborted();
    try {
      return await attempt(retry === policy.retries);
    } catch (error) {
      if (!(error instanceof LlmError) || !error.retryable || retry === policy.retries) throw error;
    }
    const pause = Math.min(policy.initialBackoffMs * 2 ** retry, policy.maxBackoffMs);
    await sleep(pause, undefined, signal && { signal }).catch((error: unknown) => {
      signal?.throwIfAborted();
      throw error;
    });
  }
}
