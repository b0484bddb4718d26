/** Clock times without a zone, in the years 1 to 9999: the milliseconds from 1970-01-01 00:00 on that clock. */

const DAY_MS = 86_400_000;

/** A date that no calendar of four digits has: whoever asked for it finds none. */
export class DateOutOfRange extends RangeError {}

export interface CivilDate {
  year: number;
  /** 1 to 12. */
  month: number;
  day: number;
}

/** @throws DateOutOfRange for a day that does not exist. */
export function wallOf(year: number, month: number, day: number, msOfDay = 0): number {
  if (year < 1 || year > 9999 || month < 1 || month > 12 || day < 1 || day > daysInMonth(year, month)) {
    throw new DateOutOfRange(`${year}-${month}-${day}`);
  }
  // Date.UTC takes the years below 100 for those of the last century.
  return new Date(0).setUTCFullYear(year, month - 1, day) + msOfDay;
}

export function civilOf(wall: number): CivilDate {
  const date = new Date(wall);
  return { year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, day: date.getUTCDate() };
}

export function msOfDay(wall: number): number {
  return ((wall % DAY_MS) + DAY_MS) % DAY_MS;
}

export function isLeapYear(year: number): boolean {
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
}

export function daysInMonth(year: number, month: number): number {
  if (month === 2) return isLeapYear(year) ? 29 : 28;
  return [4, 6, 9, 11].includes(month) ? 30 : 31;
}

/** 0 is Monday. */
export function weekdayOf(wall: number): number {
  return (new Date(wall).getUTCDay() + 6) % 7;
}

/** @throws DateOutOfRange */
export function addMs(wall: number, count: number): number {
  const sum = wall + count;
  if (!(sum >= wallOf(1, 1, 1) && sum < wallOf(9999, 12, 31) + DAY_MS)) throw new DateOutOfRange(String(sum));
  return sum;
}

/** @throws DateOutOfRange */
export function addDays(wall: number, count: number): number {
  return addMs(wall, count * DAY_MS);
}

/** The same day of another month, or its last day where it has fewer. @throws DateOutOfRange */
export function addMonths(wall: number, count: number): number {
  const { year, month, day } = civilOf(wall);
  const index = year * 12 + month - 1 + count;
  return clipped(Math.floor(index / 12), (((index % 12) + 12) % 12) + 1, day, msOfDay(wall));
}

/** @throws DateOutOfRange */
export function addYears(wall: number, count: number): number {
  const { year, month, day } = civilOf(wall);
  return clipped(year + count, month, day, msOfDay(wall));
}

function clipped(year: number, month: number, day: number, ms: number): number {
  if (!(year >= 1 && year <= 9999)) throw new DateOutOfRange(String(year));
  return wallOf(year, month, Math.min(day, daysInMonth(year, month)), ms);
}

/** The last day of a month. */
export function monthEnd(year: number, month: number): number {
  return wallOf(year, month, daysInMonth(year, month));
}
