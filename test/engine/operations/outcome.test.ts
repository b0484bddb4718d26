import { describe, expect, test } from "vitest";
import { EngineError } from "../../../src/engine/errors.ts";
import { outcomeOfError, TimeUpError } from "../../../src/engine/operations/outcome.ts";
import { LlmError } from "../../../src/llm/llm-error.ts";

const NOW = new Date("2025-01-01T00:00:00Z");
const SETTINGS = { maxRetries: 3, retryBackoffMs: 60_000 };
const ROW = { operationType: "retain", operationId: "o", retryCount: 0, resultMetadata: {} };

const outcome = (error: unknown, row: Partial<typeof ROW> = {}) =>
  outcomeOfError(error, { ...ROW, ...row }, SETTINGS, NOW);
const after = (ms: number) => new Date(NOW.getTime() + ms);

describe("an ordinary error", () => {
  test("is put off by the same pause each time, until no retry is left", () => {
    for (const retryCount of [0, 1, 2]) {
      expect(outcome(new Error("out of luck"), { retryCount })).toEqual({
        status: "pending",
        errorMessage: "Error: out of luck",
        nextRetryAt: after(60_000),
        metadata: { last_retry_error: "Error: out of luck" },
      });
    }
    expect(outcome(new Error("out of luck"), { retryCount: 3 })).toEqual({
      status: "failed",
      errorMessage: "Error: out of luck",
      completedAt: NOW,
      metadata: {},
    });
  });

  test("is what a rate limit is that names no date", () => {
    for (const retryAfterMs of [1e300, Number.POSITIVE_INFINITY]) {
      const limit = new LlmError("status", "later", { status: 429, retryable: false, retryAfterMs });
      expect(outcome(limit)).toMatchObject({
        status: "pending",
        nextRetryAt: new Date(NOW.getTime() + 60_000),
      });
    }
  });

  test("of a conversion of files is not retried", () => {
    expect(outcome(new Error("broken"), { operationType: "file_convert_retain" })).toMatchObject({
      status: "failed",
      completedAt: NOW,
    });
  });

  test("of a consolidation is retried for ever, twice as late each time, up to half an hour", () => {
    const pauses = [0, 1, 5, 9, 2_000].map((retryCount) =>
      outcome(new Error("x"), { operationType: "consolidation", retryCount }),
    );
    expect(pauses.map((put) => "nextRetryAt" in put && put.nextRetryAt)).toEqual(
      [5_000, 10_000, 160_000, 1_800_000, 1_800_000].map(after),
    );
  });

  test("is told in what Postgres can hold, and no longer than that", () => {
    const told = outcome(new Error(`a\u0000b\ud800${"x".repeat(9_000)}`));
    expect(told).toMatchObject({ errorMessage: expect.stringMatching(/^Error: abx+$/) });
    expect("errorMessage" in told && told.errorMessage.length).toBe(5_000);
  });
});

describe("an error that no retry can mend fails at once, with its trace and without an end", () => {
  const refused = new LlmError("status", "bad key", { status: 403, retryable: false });
  test.each<[string, unknown]>([
    ["a refused key", new EngineError("llm_failed", "rejected", { cause: refused })],
    ["a refused request", new EngineError("invalid_value", "no")],
    ["a broken constraint", Object.assign(new Error("duplicate"), { code: "23505" })],
  ])("%s", (_, error) => {
    expect(outcome(error)).toMatchObject({
      status: "failed",
      completedAt: null,
      errorMessage: expect.stringMatching(/\n\n[\s\S]*\bat /),
    });
    expect(outcome(error, { operationType: "consolidation" }).status).toBe("failed");
  });

  test.each<[string, unknown]>([
    ["a foreign key that points to nothing", Object.assign(new Error("gone"), { code: "23503" })],
    ["a key that another service refuses", Object.assign(new Error("401"), { status: 401 })],
    ["a provider that failed", new LlmError("status", "down", { status: 500, retryable: true })],
  ])("unlike %s", (_, error) => {
    expect(outcome(error).status).toBe("pending");
  });
});

describe("what is not the run's fault is put off without counting", () => {
  test("until the provider says", () => {
    const cause = new LlmError("status", "quota", { status: 429, retryable: false, retryAfterMs: 600_000 });
    const error = new EngineError("llm_failed", "extraction failed", { cause });
    expect(outcome(error, { retryCount: 3 })).toEqual({
      status: "deferred",
      reason: "RuntimeError: extraction failed",
      nextRetryAt: after(600_000),
      metadata: {},
    });
  });

  test("when others wrote the document: twice as late each time, scattered, the same in every run", () => {
    const lost = (defers: number, operationId = "o") =>
      outcome(new EngineError("append_conflict", "lost"), {
        operationId,
        resultMetadata: { append_conflict_defers: defers },
      });
    for (const [defers, ms] of [
      [0, 2_000],
      [3, 16_000],
      [20, 300_000],
    ] as const) {
      const put = lost(defers);
      expect(put).toMatchObject({ status: "deferred", metadata: { append_conflict_defers: defers + 1 } });
      const pause = "nextRetryAt" in put ? put.nextRetryAt.getTime() - NOW.getTime() : 0;
      expect(pause).toBeGreaterThanOrEqual(ms / 2);
      expect(pause).toBeLessThanOrEqual(ms * 1.5);
      expect(lost(defers)).toEqual(put);
      expect(lost(defers, "other")).not.toEqual(put);
    }
  });
});

test("a run whose time was up has failed, and ended", () => {
  expect(outcome(new TimeUpError("retain", 2_000))).toEqual({
    status: "failed",
    errorMessage: "Task exceeded the 2s wall-clock limit for 'retain' and was cancelled.",
    completedAt: NOW,
    metadata: {},
  });
});
