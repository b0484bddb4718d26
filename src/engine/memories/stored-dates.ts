import type { FactDates } from "../retain/dates.ts";
import type { Moment } from "../retain/moment.ts";

/** Dates as they are stored: instants, whose months and days are those of UTC. */
export function storedDates(dates: {
  occurredStart: Date | null;
  occurredEnd: Date | null;
  mentionedAt: Date | null;
}): FactDates {
  const inUtc = (instant: Date | null): Moment | null => instant && { instant, offsetMinutes: 0 };
  return {
    occurredStart: inUtc(dates.occurredStart),
    occurredEnd: inUtc(dates.occurredEnd),
    mentionedAt: inUtc(dates.mentionedAt),
  };
}
