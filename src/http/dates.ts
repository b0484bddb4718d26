import { isoDate } from "../engine/iso-date.ts";
import { type Moment, parseIso, wallClock } from "../engine/retain/moment.ts";
import { HttpError } from "./http-error.ts";
import { parsePythonDate } from "./python-date.ts";

export function isoDateOrNull(date: Date | null): string | null {
  return date && isoDate(date);
}

const WHOLE_DATE = /^\d{4}(-\d{2}-\d{2}|\d{4})/;

/** A date that a caller sent, with the caller's offset (none: UTC); undefined when it is not ISO 8601. */
export function parseDate(text: string): Moment | undefined {
  return WHOLE_DATE.test(text) ? parseIso(text) : undefined;
}

/** The years 1 and 9999, in the sender's own offset, stand for no date. */
export function isPlaceholder(moment: Moment): boolean {
  // A microsecond before its end a year can be rounded to the next.
  const year = wallClock(moment).getUTCFullYear();
  return year <= 1 || year >= 9999;
}

/** A date in a query; null when there is none. @throws HttpError 400 */
export function dateParameter(text: string | null, name: string): Date | null {
  if (text === null) return null;
  // Only here: what else holds a `Z` is read as it stands.
  const date = parsePythonDate(text.replace(/Z$/, "+00:00"));
  if (!date) throw new HttpError(400, `Invalid ${name} format: '${text}' is not an ISO 8601 date`);
  return date.instant;
}
