import { setTimeout as sleep } from "node:timers/promises";

export interface RetryPolicy {
  /** Attempts after the first. */
  retries: number;
  /** The pause before the first retry; it doubles with each. */
  initialBackoffMs: number;
  maxBackoffMs: number;
  /** By how much of itself a pause may be longer or shorter, so that those who failed together do not come back together. */
  jitter: number;
  /** What failed attempts and pauses may take together; after that the failure is final. */
  budgetMs?: number;
}

/** The pause before a retry; the first is number 0. */
export function backoff(policy: RetryPolicy, retry: number): number {
  return jittered(Math.min(policy.initialBackoffMs * 2 ** retry, policy.maxBackoffMs), policy.jitter);
}

function jittered(ms: number, jitter: number): number {
  return jitter === 0 ? ms : ms * (1 + jitter * (Math.random() * 2 - 1));
}

/**
 * Runs `attempt` until it returns, fails for good, or has used up its retries.
 * @param pauseAfter the pause before the next attempt, in milliseconds; undefined: the failure is final.
 * @throws the last attempt's error; the signal's reason when it is aborted.
 */
export async function withRetries<T>(
  attempt: (isLast: boolean) => Promise<T>,
  policy: RetryPolicy,
  pauseAfter: (error: unknown, retry: number) => number | undefined,
  signal?: AbortSignal,
): Promise<T> {
  let left = policy.budgetMs ?? Number.POSITIVE_INFINITY;
  for (let retry = 0; ; retry++) {
    signal?.throwIfAborted();
    const began = performance.now();
    let pause: number | undefined;
    try {
      return await attempt(retry === policy.retries);
    } catch (error) {
      left -= performance.now() - began;
      pause = retry === policy.retries || left <= 0 ? undefined : pauseAfter(error, retry);
      if (pause === undefined) throw error;
    }
    pause = Math.min(pause, left);
    left -= pause;
    await sleep(pause, undefined, signal && { signal }).catch((error: unknown) => {
      signal?.throwIfAborted();
      throw error;
    });
  }
}
