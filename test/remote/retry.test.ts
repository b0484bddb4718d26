import { expect, test } from "vitest";
import { backoff, withRetries } from "../../src/remote/retry.ts";
import { TimeLimitError, withTimeLimit } from "../../src/remote/time-limit.ts";

const POLICY = { retries: 5, initialBackoffMs: 1_000, maxBackoffMs: 5_000, jitter: 0 };

test("pauses double up to their limit, and differ by no more than the jitter", () => {
  expect([0, 1, 2, 3, 9].map((retry) => backoff(POLICY, retry))).toEqual([1_000, 2_000, 4_000, 5_000, 5_000]);
  for (let i = 0; i < 50; i++) {
    const pause = backoff({ ...POLICY, jitter: 0.2 }, 0);
    expect(pause).toBeGreaterThanOrEqual(800);
    expect(pause).toBeLessThanOrEqual(1_200);
  }
});

test("a budget that is used up ends the attempts", async () => {
  let attempts = 0;
  const failing = withRetries(
    () => {
      attempts += 1;
      return Promise.reject(new Error("no"));
    },
    { ...POLICY, budgetMs: 300 },
    () => 200,
  );
  await expect(failing).rejects.toThrow("no");
  // At once, after 200 ms, and after what is left of the 300.
  expect(attempts).toBe(3);
});

test("an abort ends a pause", async () => {
  const controller = new AbortController();
  const failing = withRetries(
    () => {
      setImmediate(() => controller.abort(new Error("gone")));
      return Promise.reject(new Error("no"));
    },
    POLICY,
    () => 60_000,
    controller.signal,
  );
  await expect(failing).rejects.toThrow("gone");
});

test("work that takes too long is told to end, and its listeners are taken back", async () => {
  const parent = new AbortController();
  let told: unknown;
  const work = withTimeLimit(5, parent.signal, (signal) => {
    return new Promise((_, reject) => {
      signal.addEventListener("abort", () => {
        told = signal.reason;
        reject(new Error("ended"));
      });
    });
  });
  await expect(work).rejects.toBeInstanceOf(TimeLimitError);
  expect(told).toBeInstanceOf(TimeLimitError);
  expect(await withTimeLimit(1_000, parent.signal, async () => "quick")).toBe("quick");
  parent.abort(new Error("gone"));
  await expect(withTimeLimit(1_000, parent.signal, async () => "never")).rejects.toThrow("gone");
});
