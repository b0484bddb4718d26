import { expect, test } from "vitest";
import { extractionFailed } from "../../../src/engine/retain/extraction-failure.ts";
import { LlmError } from "../../../src/llm/llm-error.ts";

const error = (message: string, more: { status?: number; retryAfterMs?: number } = {}) =>
  new LlmError("status", message, { retryable: false, ...more });
const failed = (...reasons: Error[]) =>
  extractionFailed([
    { status: "fulfilled", value: 1 },
    ...reasons.map((reason) => ({ status: "rejected" as const, reason })),
  ]);

test("says how many chunks failed, and why the first of them did", () => {
  const first = error("one");
  expect(failed(first, error("two"))).toMatchObject({
    kind: "llm_failed",
    message:
      "Fact extraction failed: 2/3 chunks failed. First failures: chunk 1: LlmError: one; chunk 2: LlmError: two",
    cause: first,
  });
});

test("of several rate limits the one that is lifted last decides, whatever else failed", () => {
  const late = error("come back tomorrow", { status: 429, retryAfterMs: 2 });
  expect(failed(error("one"), error("soon", { retryAfterMs: 1 }), late).cause).toBe(late);
});

test("a refused key decides before all else", () => {
  const refused = error("no such key", { status: 401 });
  expect(failed(error("later", { retryAfterMs: 1 }), refused).cause).toBe(refused);
});
