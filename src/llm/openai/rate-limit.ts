import { retryAfterHeader } from "../../remote/retry-after.ts";

const RESET_HEADERS = ["x-ratelimit-reset-requests", "x-ratelimit-reset-tokens"];
const UNIT_MS: Record<string, number> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };
const RESET_AT = /\breset at\s+(\d{4}-\d{2}-\d{2})[ T](\d{2}:\d{2}:\d{2})(?:\s*(Z|[+-]\d{2}:?\d{2}))?/i;
const WINDOW = /\b(?:for|in|wait)\s+(\d+)\s*(second|minute|hour|day)s?\b/i;
const MAX_DEPTH = 4;

/**
 * When a rate limit says that it is lifted, in milliseconds from now. The limits that headers and body name are of their own:
 * the latest counts. What Retry-After says is not made longer by words in the body.
 */
export function rateLimitReset(
  headers: Headers | undefined,
  body: unknown,
  message: string,
): number | undefined {
  const retryAfter = retryAfterHeader(headers?.get("retry-after"));
  const named = [retryAfter, ...RESET_HEADERS.map((name) => goDuration(headers?.get(name) ?? ""))];
  if (!isFuture(retryAfter)) named.push(ofBody(body, message));
  const future = named.filter(isFuture);
  return future.length > 0 ? Math.max(...future) : undefined;
}

function isFuture(ms: number | undefined): ms is number {
  return ms !== undefined && ms > 0;
}

/** A date, a number, or words, in this order. */
function ofBody(body: unknown, message: string): number | undefined {
  const text = body === undefined ? message : JSON.stringify(body);
  const hints = [() => resetDate(text), () => retryAfterField(body, 0), () => windowInWords(text)];
  return hints.map((read) => read()).find(isFuture);
}

function resetDate(text: string): number | undefined {
  const [, day, time, zone = ""] = RESET_AT.exec(text) ?? [];
  return day === undefined ? undefined : Date.parse(`${day}T${time}${zone}`) - Date.now();
}

/** `retry_after`, a number of seconds, wherever it stands. */
function retryAfterField(node: unknown, depth: number): number | undefined {
  if (typeof node !== "object" || node === null || depth > MAX_DEPTH) return undefined;
  for (const [key, value] of Object.entries(node)) {
    const seconds = /^retry_?after$/i.test(key) ? Number(value) : Number.NaN;
    if (seconds > 0) return seconds * 1_000;
  }
  return Object.values(node)
    .map((value) => retryAfterField(value, depth + 1))
    .find(isFuture);
}

/** "try again in 5 hours", "wait 10 seconds". */
function windowInWords(text: string): number | undefined {
  const [, amount, unit = ""] = WINDOW.exec(text) ?? [];
  return amount === undefined ? undefined : Number(amount) * (UNIT_MS[unit.charAt(0).toLowerCase()] ?? 0);
}

/** The sum of the parts of a duration such as `1h2m3.5s` or `120ms`. */
function goDuration(text: string): number | undefined {
  let sum: number | undefined;
  for (const [, amount, unit = ""] of text.trim().matchAll(/(\d+(?:\.\d+)?)(ms|[smhd])/gy)) {
    sum = (sum ?? 0) + Number(amount) * (UNIT_MS[unit] ?? 0);
  }
  return sum;
}
