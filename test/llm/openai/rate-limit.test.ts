import { expect, test } from "vitest";
import { rateLimitReset } from "../../../src/llm/openai/rate-limit.ts";

test.each([
  [{ "retry-after": "7" }, undefined, "", 7_000],
  [{ "retry-after": "7" }, undefined, "try again in 5 hours", 7_000],
  [{ "retry-after": "0" }, undefined, "try again in 5 hours", 18_000_000],
  [{ "x-ratelimit-reset-requests": "1s", "x-ratelimit-reset-tokens": "6m0.5s" }, undefined, "", 360_500],
  [{ "x-ratelimit-reset-requests": "1s" }, undefined, "Wait 10 seconds and try again", 10_000],
  [{ "x-ratelimit-reset-requests": "120ms" }, undefined, "", 120],
  [{ "x-ratelimit-reset-requests": "about 5m" }, undefined, "", undefined],
  [{}, { retry_after: 30 }, "", 30_000],
  [{}, { detail: [{ retryAfter: "27" }] }, "", 27_000],
  [{}, { error: { message: "Usage limit, try again in 2 days", retry_after: 60 } }, "", 60_000],
  [{}, undefined, "Rate limit reached. Please try again in 5 hours.", 18_000_000],
  [{}, undefined, "Too many requests", undefined],
])("%j %j %j", (headers: Record<string, string>, body, message, expected) => {
  expect(rateLimitReset(new Headers(headers), body, message)).toBe(expected);
});

test.each([
  ["a header", (date: Date) => rateLimitReset(new Headers({ "retry-after": date.toUTCString() }), {}, "")],
  [
    "words",
    (date: Date) =>
      rateLimitReset(
        undefined,
        { error: { message: `Your limit will reset at ${date.toISOString().replace(/\.\d+/, "")}` } },
        "",
      ),
  ],
])("a date in %s is counted from now", (_name, read) => {
  const reset = read(new Date(Date.now() + 3_600_000)) ?? 0;
  expect(reset).toBeGreaterThan(3_590_000);
  expect(reset).toBeLessThanOrEqual(3_600_000);
});
