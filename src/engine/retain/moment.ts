import { instantAt, withFraction } from "../../micro-date.ts";
import { fractionOf } from "../iso-date.ts";
import { dayOfMonth, dayOfWeek, dayOfYear } from "./iso-day.ts";

/** An instant together with the offset of whoever named it: "yesterday" and "May" are meant in that offset. */
export interface Moment {
  instant: Date;
  offsetMinutes: number;
  /** Whether it was written without an offset, which means UTC. */
  naive?: boolean;
}

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

/** The wall clock of a moment, as a Date whose UTC fields show it. */
export function wallClock(moment: Moment): Date {
  return instantAt(moment.instant.getTime() + moment.offsetMinutes * MINUTE_MS);
}

/** Midnight `days` after the moment's day, in its own offset. */
export function midnight(moment: Moment, days: number): Moment {
  const local = wallClock(moment).getTime();
  const start = Math.floor(local / DAY_MS) * DAY_MS + days * DAY_MS;
  return { ...moment, instant: new Date(start - moment.offsetMinutes * MINUTE_MS) };
}

export function addMilliseconds(moment: Moment, ms: number): Moment {
  return { ...moment, instant: instantAt(moment.instant.getTime() + ms) };
}

/** ISO 8601 with the moment's own offset, and microseconds when it is not a whole second. */
export function formatIso(moment: Moment): string {
  const minutes = Math.abs(moment.offsetMinutes);
  const sign = moment.offsetMinutes < 0 ? "-" : "+";
  return `${formatLocal(moment)}${sign}${two(Math.trunc(minutes / 60))}:${two(minutes % 60)}`;
}

/** As `formatIso`, but without an offset where it was written without one. */
export function formatAsWritten(moment: Moment): string {
  return moment.naive ? formatLocal(moment) : formatIso(moment);
}

function formatLocal(moment: Moment): string {
  const local = wallClock(moment).toISOString();
  return `${local.slice(0, 19)}${fractionOf(local)}`;
}

function two(value: number): string {
  return String(value).padStart(2, "0");
}

const CALENDAR = /^(\d{4})(?:-(\d{2})(?:-(\d{2}))?|(\d{2})(\d{2}))?(?!\d)/;
const WEEK = /^(\d{4})(-?)W(\d{2})(?:\2(\d))?/;
const ORDINAL = /^(\d{4})-?(\d{3})(?!\d)/;
const TIME = /^(\d{2})(?::?(\d{2})(?::?(\d{2})(?:[.,](\d{1,9}))?)?)?/;
const OFFSET = /^(?:Z|([+-])(\d{2})(?::?(\d{2}))?)$/i;

/**
 * Reads an ISO 8601 date, extended or basic, down to a year alone; also of a week, or the days of a year counted through.
 * Without an offset it is UTC.
 *
 * @returns undefined when it is none, or lies in the years 1 or 9999, which models write for "unknown".
 */
export function parseIso(text: string): Moment | undefined {
  if (/^(0000|0001|9999)/.test(text)) return undefined;
  const day = readDay(text);
  if (!day) return undefined;
  const rest = text.slice(day.length);
  let time: RegExpExecArray | null = null;
  let zone = "";
  if (rest !== "") {
    time = /^[T ]/i.test(rest) ? TIME.exec(rest.slice(1)) : null;
    if (!time) return undefined;
    zone = rest.slice(1 + time[0].length).trim();
  }
  const clock = time ? readClock(time) : 0;
  const offset = zone === "" ? 0 : parseOffset(zone);
  if (clock === undefined || offset === undefined) return undefined;
  const instant = withFraction(day.ms + clock - offset * MINUTE_MS, time?.[4] ?? "");
  return { instant, offsetMinutes: offset, ...(zone === "" && { naive: true }) };
}

function readDay(text: string): { ms: number; length: number } | undefined {
  for (const [pattern, read] of DAYS) {
    const match = pattern.exec(text);
    const ms = match ? read(match) : undefined;
    if (match && ms !== undefined) return { ms, length: match[0].length };
  }
  return undefined;
}

const DAYS: readonly [RegExp, (match: RegExpExecArray) => number | undefined][] = [
  [WEEK, ([, year = "", , week, day = "1"]) => dayOfWeek(year, Number(week), Number(day))],
  [ORDINAL, ([, year = "", day]) => dayOfYear(year, Number(day))],
  [
    CALENDAR,
    ([, year = "", month, day, basicMonth = "01", basicDay = "01"]) =>
      dayOfMonth(year, month ?? basicMonth, day ?? basicDay),
  ],
];

/** Milliseconds since midnight, without the fraction of a second; 24:00 is the end of the day. */
function readClock([, hours, minutes = "0", seconds = "0", fraction = ""]: RegExpExecArray):
  | number
  | undefined {
  const [h, m, s] = [Number(hours), Number(minutes), Number(seconds)];
  const clock = ((h * 60 + m) * 60 + s) * 1_000;
  if (h > 23 && (clock !== DAY_MS || Number(fraction) > 0)) return undefined;
  return m > 59 || s > 59 ? undefined : clock;
}

function parseOffset(zone: string): number | undefined {
  const match = OFFSET.exec(zone);
  if (!match) return undefined;
  const [, sign, hours = "0", minutes = "0"] = match;
  return (sign === "-" ? -1 : 1) * (Number(hours) * 60 + Number(minutes));
}
