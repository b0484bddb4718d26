import { dayOfMonth, dayOfWeek } from "../engine/retain/iso-day.ts";
import type { Moment } from "../engine/retain/moment.ts";
import { instantAt } from "../micro-date.ts";

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

/** A day, extended or basic: of a month, or of an ISO week. */
const CALENDAR_DAY = /^(\d{4})(-?)(\d{2})\2(\d{2})/;
const WEEK_DAY = /^(\d{4})(?:-W(\d{2})(?:-(\d)(?!\d))?|W(\d{2})(\d(?!\d))?)/;
/** Hours, minutes and seconds, with colons or without. */
const CLOCK = /^(\d{2})(?:(:?)(\d{2})(?:\2(\d{2}))?)?(?:[.,](\d+))?/;

/**
 * Reads a date as Python's `datetime.fromisoformat` does. Any character may stand before the time, and one more before the
 * offset; without an offset it is UTC.
 * @returns undefined when it is none.
 */
export function parsePythonDate(text: string): Moment | undefined {
  const day = readCalendarDay(text) ?? readWeekDay(text);
  if (!day) return undefined;
  const [separator, ...rest] = text.slice(day.length);
  if (separator === undefined) return { instant: new Date(day.ms), offsetMinutes: 0, naive: true };
  const [, time = "", sign, shift = ""] = /^([^+\-Z]*)(?:([+\-Z])(.*))?$/s.exec(rest.join("")) ?? [];
  const clock = readClock(time, { hours: 23, minutes: 59, seconds: 59, stray: sign ? 1 : 0 });
  const offset = readOffset(sign, shift);
  if (clock === undefined || offset === undefined || offset >= DAY_MS) return undefined;
  const east = sign === "-" ? -offset : offset;
  return {
    instant: instantAt(day.ms + clock - east),
    offsetMinutes: Math.trunc(east / MINUTE_MS),
    ...(sign === undefined && { naive: true }),
  };
}

/** A date in which every `Z` is first replaced by the offset that it stands for, also where it is none. */
export function parseZuluDate(text: string): Moment | undefined {
  return parsePythonDate(text.replaceAll("Z", "+00:00"));
}

function readOffset(sign: string | undefined, shift: string): number | undefined {
  if (sign === undefined) return 0;
  if (sign === "Z") return shift === "" ? 0 : undefined;
  const offset = readClock(shift, { hours: 23, minutes: 99, seconds: 99, stray: 0 });
  // Python takes an offset of no whole second for UTC, whatever its fraction is.
  return offset !== undefined && offset < 1_000 ? 0 : offset;
}

interface ReadDay {
  /** Of its midnight, as if it were UTC. */
  ms: number;
  /** Characters that it took. */
  length: number;
}

function readCalendarDay(text: string): ReadDay | undefined {
  const match = CALENDAR_DAY.exec(text);
  if (!match) return undefined;
  const [{ length }, year = "", , month = "", day = ""] = match;
  const ms = dayOfMonth(year, month, day);
  return ms === undefined ? undefined : { ms, length };
}

function readWeekDay(text: string): ReadDay | undefined {
  const match = WEEK_DAY.exec(text);
  if (!match) return undefined;
  const [{ length }, year = "", extendedWeek, extendedDay, basicWeek, basicDay] = match;
  const ms = dayOfWeek(year, Number(extendedWeek ?? basicWeek), Number(extendedDay ?? basicDay ?? 1));
  return ms === undefined ? undefined : { ms, length };
}

/** A clock time in milliseconds. @param most the largest values, and how many characters may follow. */
function readClock(
  text: string,
  most: { hours: number; minutes: number; seconds: number; stray: number },
): number | undefined {
  const match = CLOCK.exec(text);
  if (!match) return undefined;
  const [{ length }, hour = "", , minute = "0", second = "0", fraction] = match;
  const [hours, minutes, seconds] = [Number(hour), Number(minute), Number(second)];
  const left = [...text.slice(length)].length;
  const isWhole = fraction !== undefined && fraction.length >= 6;
  // What follows a whole fraction is passed over up to the offset.
  if (left > (fraction === undefined ? most.stray : 0) && !(isWhole && most.stray > 0)) return undefined;
  if (hours > most.hours || minutes > most.minutes || seconds > most.seconds) return undefined;
  const ms = Number((fraction ?? "").padEnd(6, "0").slice(0, 6)) / 1_000;
  return hours * 60 * MINUTE_MS + minutes * MINUTE_MS + seconds * 1_000 + ms;
}
