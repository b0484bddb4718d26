import { isoDate } from "../engine/iso-date.ts";
import { parsePythonDate } from "../engine/python-date.ts";
import { type Moment, wallClock } from "../engine/retain/moment.ts";
import { HttpError } from "./http-error.ts";

export function isoDateOrNull(date: Date | null): string | null {
  return date && isoDate(date);
}

/** Years that stand for "unknown". */
const PLACEHOLDER_YEARS = [1, 9999];

/** The date of something remembered; undefined when it is none, or stands for "unknown". */
export function parseRememberedDate(text: string): Moment | undefined {
  const date = parsePythonDate(text);
  return date && !PLACEHOLDER_YEARS.includes(wallClock(date).getUTCFullYear()) ? date : undefined;
}

/** A date in a query; null when there is none. @throws HttpError 400 */
export function dateParameter(text: string | null, name: string): Date | null {
  if (text === null) return null;
  const date = parsePythonDate(text);
  if (!date) throw new HttpError(400, `Invalid ${name} format: '${text}' is not an ISO 8601 date`);
  return date.instant;
}
