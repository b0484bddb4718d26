/** Days and months without a time zone, and how they are written. */

export interface Day {
  year: number;
  /** 1 to 12. */
  month: number;
  day: number;
}

const DAY_MS = 86_400_000;
const MONTHS = [
  ["January", "February", "March", "April", "May", "June"],
  ["July", "August", "September", "October", "November", "December"],
].flat();

function utc({ year, month, day }: Day): number {
  return Date.UTC(year, month - 1, day);
}

export function addDays(day: Day, count: number): Day {
  const date = new Date(utc(day) + count * DAY_MS);
  return { year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, day: date.getUTCDate() };
}

export function lastOfMonth({ year, month }: Day): Day {
  return addDays(
    month === 12 ? { year: year + 1, month: 1, day: 1 } : { year, month: month + 1, day: 1 },
    -1,
  );
}

/** 0 is Sunday. */
export function weekdayOf(day: Day): number {
  return new Date(utc(day)).getUTCDay();
}

export function isBefore(a: Day, b: Day): boolean {
  return utc(a) < utc(b);
}

/** The day that an instant falls on in an offset. */
export function dayAt(instant: Date, offsetMinutes: number): Day {
  return addDays(
    { year: 1970, month: 1, day: 1 },
    Math.floor((instant.getTime() / 60_000 + offsetMinutes) / 1440),
  );
}

/** `June 2, 2023`. */
export function spellDay({ year, month, day }: Day): string {
  return `${MONTHS[month - 1]} ${day}, ${year}`;
}

/** `June 2023`. */
export function spellMonth({ year, month }: Day): string {
  return `${MONTHS[month - 1]} ${year}`;
}

/** ISO 8601 of a time, such as `17:00:00`, on a day in an offset. */
export function isoOf({ year, month, day }: Day, time: string, offsetMinutes: number): string {
  const sign = offsetMinutes < 0 ? "-" : "+";
  const minutes = Math.abs(offsetMinutes);
  const date = `${String(year).padStart(4, "0")}-${two(month)}-${two(day)}`;
  return `${date}T${time}${sign}${two(Math.trunc(minutes / 60))}:${two(minutes % 60)}`;
}

export function two(value: number): string {
  return String(value).padStart(2, "0");
}
