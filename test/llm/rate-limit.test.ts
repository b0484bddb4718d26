import { expect, test } from "vitest";
import { rateLimitReset } from "../../src/llm/rate-limit.ts";

test.each([
  [{ "retry-after": "7" }, undefined, "", 7_000],
  [{ "x-ratelimit-reset-requests": "1s", "x-ratelimit-reset-tokens": "6m0.5s" }, undefined, "", 360_500],
  [{ "x-ratelimit-reset-requests": "120ms" }, undefined, "", 120],
  [{}, { retry_after: 30 }, "", 30_000],
  [{}, undefined, "Rate limit reached. Please try again in 5 hours.", 18_000_000],
  [{}, undefined, "Please try again in 1h2m3.5s. Visit the console", 3_723_500],
  [{}, undefined, "Too many requests", undefined],
])("%j %j %j", (headers: Record<string, string>, body, message, expected) => {
  expect(rateLimitReset(new Headers(headers), body, message)).toBe(expected);
});

test("a date is counted from now", () => {
  const inAnHour = new Date(Date.now() + 3_600_000).toUTCString();
  const reset = rateLimitReset(new Headers({ "retry-after": inAnHour }), undefined, "") ?? 0;
  expect(reset).toBeGreaterThan(3_590_000);
  expect(reset).toBeLessThanOrEqual(3_600_000);
});
