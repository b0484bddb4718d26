const DAY_MS = 24 * 60 * 60_000;

/** A day of an ISO week as the milliseconds of its midnight in UTC; undefined when the year has no such week. */
export function dayOfWeek(year: string, week: number, day: number): number | undefined {
  // The first week is the one that holds January 4; a week belongs to the year of its Thursday.
  const fourth = new Date(`${year}-01-04T00:00:00Z`);
  const firstMonday = fourth.getTime() - ((fourth.getUTCDay() + 6) % 7) * DAY_MS;
  const monday = firstMonday + (week - 1) * 7 * DAY_MS;
  const isWeek = week >= 1 && new Date(monday + 3 * DAY_MS).getUTCFullYear() === Number(year);
  return isWeek && year !== "0000" && day >= 1 && day <= 7 ? monday + (day - 1) * DAY_MS : undefined;
}

/** A day of a month, likewise. */
export function dayOfMonth(year: string, month: string, day: string): number | undefined {
  const date = new Date(`${year}-${month}-${day}T00:00:00Z`);
  // A day that its month does not have is silently moved by Date.
  const isDay = year !== "0000" && !Number.isNaN(date.getTime()) && date.getUTCDate() === Number(day);
  return isDay ? date.getTime() : undefined;
}

/** A day of a year, from 1, likewise. */
export function dayOfYear(year: string, day: number): number | undefined {
  const date = new Date(Date.UTC(2000, 0, 1));
  date.setUTCFullYear(Number(year), 0, day);
  return day >= 1 && date.getUTCFullYear() === Number(year) ? date.getTime() : undefined;
}
