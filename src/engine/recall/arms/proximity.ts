import type { UnitDates } from "../../../store/temporal-links.ts";
import type { DateWindow } from "../../../store/vectors/date-window.ts";

/**
 * How near a fact's date is to the middle of a window: 1 there, 0 at its ends and beyond. In a window of no length all dates are
 * in its middle.
 * @param undated what a fact without a date gets.
 */
export function proximity(dates: UnitDates, window: DateWindow, undated: number): number {
  const date = middle(dates);
  if (date === null) return undated;
  const half = (window.end.getTime() - window.start.getTime()) / 2;
  if (half <= 0) return 1;
  return 1 - Math.min(Math.abs(date - (window.start.getTime() + half)) / half, 1);
}

/** The one time that a fact is seen at: when it happened, else when it was told. */
function middle({ occurredStart, occurredEnd, mentionedAt }: UnitDates): number | null {
  if (occurredStart && occurredEnd) return (occurredStart.getTime() + occurredEnd.getTime()) / 2;
  return (occurredStart ?? occurredEnd ?? mentionedAt)?.getTime() ?? null;
}
