import { retryAfterHeader } from "../remote/retry-after.ts";

const UNIT_MS: Record<string, number> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };
const RESET_HEADERS = ["x-ratelimit-reset-requests", "x-ratelimit-reset-tokens"];

/**
 * When a rate limit says that it is lifted, in milliseconds from now: by the headers Retry-After and x-ratelimit-reset-*,
 * by `retry_after` (seconds) in the body, or by words such as "try again in 5 hours". The latest that is named counts.
 */
export function rateLimitReset(
  headers: Headers | undefined,
  body: unknown,
  message: string,
): number | undefined {
  const named = [
    retryAfterHeader(headers?.get("retry-after")),
    ...RESET_HEADERS.map((name) => duration(headers?.get(name) ?? "")),
    retryAfterField(body),
    duration(/try again in ([^.!?]*(?:\.\d[^.!?]*)*)/i.exec(message)?.[1] ?? ""),
  ].filter((ms) => ms !== undefined);
  return named.length > 0 ? Math.max(...named) : undefined;
}

function retryAfterField(body: unknown): number | undefined {
  const seconds =
    typeof body === "object" && body !== null && "retry_after" in body
      ? Number(body.retry_after)
      : Number.NaN;
  return Number.isFinite(seconds) ? seconds * 1_000 : undefined;
}

/** The sum of the parts of a duration such as `1h2m3.5s`, `120ms` or `5 hours`. */
function duration(text: string): number | undefined {
  const parts = text.matchAll(
    /(\d+(?:\.\d+)?)\s*(ms|milliseconds?|[smhd]|seconds?|minutes?|hours?|days?)(?![a-z])/gi,
  );
  let sum: number | undefined;
  for (const [, amount, unit = ""] of parts) {
    const key = /^m(s|illi)/i.test(unit) ? "ms" : unit.charAt(0).toLowerCase();
    sum = (sum ?? 0) + Number(amount) * (UNIT_MS[key] ?? 0);
  }
  return sum;
}
