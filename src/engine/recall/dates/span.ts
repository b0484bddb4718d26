import { civilOf, monthEnd, wallOf } from "./civil.ts";

/** What a date phrase is read from: the clock that shows "now" where the query was asked, and its offset from UTC. */
export interface DateReference {
  /** See `civil.ts`. */
  wall: number;
  /** Minutes; null where nobody said, which is UTC and is written without a zone. */
  offset: number | null;
}

/** A day that a phrase names, on the reference's clock, or as a date of the calendar: that one has no zone. */
export interface Day {
  wall: number;
  fixed: boolean;
}

/** The days that a phrase names, first and last. */
export interface Span {
  from: Day;
  to: Day;
}

/** Days on the reference's clock. */
export function relativeSpan(from: number, to = from): Span {
  return { from: { wall: from, fixed: false }, to: { wall: to, fixed: false } };
}

/** Days of the calendar. */
export function fixedSpan(from: number, to = from): Span {
  return { from: { wall: from, fixed: true }, to: { wall: to, fixed: true } };
}

export function yearSpan(year: number, lastYear = year): Span {
  return fixedSpan(wallOf(year, 1, 1), wallOf(lastYear, 12, 31));
}

export function monthSpan(year: number, month: number): Span {
  return fixedSpan(wallOf(year, month, 1), monthEnd(year, month));
}

/** The month before the one of a day, on the reference's clock. */
export function monthBefore(wall: number): Span {
  const { year, month } = civilOf(wall);
  const [previousYear, previous] = month === 1 ? [year - 1, 12] : [year, month - 1];
  return relativeSpan(wallOf(previousYear, previous, 1), monthEnd(previousYear, previous));
}
