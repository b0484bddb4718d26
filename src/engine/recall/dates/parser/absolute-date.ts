import { addDays, civilOf, daysInMonth, isLeapYear, msOfDay, wallOf, weekdayOf } from "../civil.ts";
import type { DateReference } from "../span.ts";
import { AbsoluteParts } from "./absolute-parts.ts";
import type { DateOrder } from "./languages/vocabulary.ts";
import { readTime } from "./time-of-day.ts";
import { takeZone } from "./zones.ts";

/**
 * The date that a text in the common language names: `march 2, 2023`, `monday`, `13/07`, `5 pm`. What it does not say is taken
 * from the reference, and what can be past or future is past.
 * @returns undefined where the text is no date.
 * @throws DateOutOfRange
 */
export function absoluteDate(text: string, order: DateOrder, reference: DateReference): number | undefined {
  const bare = takeZone(text.replace(/[{}()<>[\]]+/g, ""));
  const parts = AbsoluteParts.read(bare.text, order);
  if (!parts) return undefined;
  const time = parts.time === undefined ? 0 : readTime(parts.time);
  if (time === undefined) return undefined;
  const date = firstGuess(parts, reference, time);
  if (date === undefined) return undefined;
  return completed(inThePast(date, parts, reference, bare.offset ?? 0), parts, reference);
}

function firstGuess(parts: AbsoluteParts, reference: DateReference, time: number): number | undefined {
  const now = civilOf(reference.wall);
  // A zero stands for what is not said.
  const day = parts.day || now.day;
  const month = parts.month || now.month;
  const year = parts.year || now.year;
  if (month > 12 || year > 9999) return undefined;
  if (day <= daysInMonth(year, month)) return wallOf(year, month, day, time);
  if (parts.day === undefined && parts.weekday === undefined) {
    return wallOf(year, month, daysInMonth(year, month), time);
  }
  if (parts.year === undefined && day === 29 && month === 2) {
    return wallOf(leapYearBefore(year), month, day, time);
  }
  return undefined;
}

function inThePast(guess: number, parts: AbsoluteParts, reference: DateReference, zone: number): number {
  const { day, month, year, weekday, time } = parts;
  // What has no zone is compared as UTC.
  const now = reference.wall - (reference.offset ?? 0) * 60_000;
  let date = guess;
  if (weekday !== undefined && day === undefined && month === undefined && year === undefined) {
    // Asked on a Monday, "Monday" is a week ago.
    date = addDays(date, -((weekdayOf(date) - weekday + 6) % 7) - 1);
  }
  if (month && !year && now < date) date = inYear(date, civilOf(date).year - 1);
  if (parts.hasShortYear && now < date) date = sameDayIn(date, civilOf(date).year - 100);
  const onlyTime = time !== undefined && [day, month, year, weekday].every((part) => part === undefined);
  return onlyTime && now < date - zone * 60_000 ? addDays(date, -1) : date;
}

/** The reference's month and day, where neither the text nor its weekday says one. */
function completed(date: number, parts: AbsoluteParts, reference: DateReference): number {
  const now = civilOf(reference.wall);
  let { month, day } = civilOf(date);
  const { year } = civilOf(date);
  const byWeekday = parts.weekday !== undefined && parts.day === undefined && parts.year === undefined;
  if (parts.month === undefined && !byWeekday) month = day <= daysInMonth(year, now.month) ? now.month : 12;
  if (parts.day === undefined && parts.weekday === undefined && parts.time === undefined) {
    day = Math.min(now.day, daysInMonth(year, month));
  }
  return wallOf(year, month, day, msOfDay(date));
}

function leapYearBefore(year: number): number {
  let leap = year - 1;
  while (!isLeapYear(leap)) leap -= 1;
  return leap;
}

/** The same day of another year; the 29th of February goes to the leap year before. */
function inYear(date: number, year: number): number {
  const { month, day } = civilOf(date);
  if (day <= daysInMonth(year, month)) return sameDayIn(date, year);
  return sameDayIn(date, leapYearBefore(year + 1));
}

function sameDayIn(date: number, year: number): number {
  const { month, day } = civilOf(date);
  return wallOf(year, month, day, msOfDay(date));
}
