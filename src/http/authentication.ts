import { timingSafeEqual } from "node:crypto";
import { HttpError } from "./http-error.ts";

/**
 * Checks the key of a request: `Authorization: Bearer <key>`, the word in any case, or the key alone.
 * @param apiKey null: callers need none.
 * @throws HttpError 401
 */
export function authenticate(authorization: string | undefined, apiKey: string | null): void {
  if (apiKey === null) return;
  const given = (authorization ?? "").replace(/^bearer /i, "").trim();
  if (!sameText(given, apiKey)) throw new HttpError(401, "Authentication failed: Invalid API key");
}

/** How long it takes tells nothing of the key but its length. */
function sameText(left: string, right: string): boolean {
  const [a, b] = [Buffer.from(left), Buffer.from(right)];
  return a.length === b.length && timingSafeEqual(a, b);
}
