import type { DateWindow } from "../../store/vectors/date-window.ts";
import type { Moment } from "../retain/moment.ts";
import { type TemporalWindow, temporalWindow, type WindowBound } from "./dates/temporal-window.ts";

/** The window of the query's date phrase, as it is meant where and when the query was asked; without a moment: now, in UTC. */
export function windowOfQuery(
  query: string,
  asked: Moment | undefined,
  now: Date,
): TemporalWindow | undefined {
  if (!asked) return temporalWindow(query, { wall: now.getTime(), offset: null });
  const { instant, offsetMinutes } = asked;
  return temporalWindow(query, { wall: instant.getTime() + offsetMinutes * 60_000, offset: offsetMinutes });
}

export function toDateWindow({ start, end }: TemporalWindow): DateWindow {
  return { start: instantOf(start), end: instantOf(end) };
}

/** To the millisecond. */
function instantOf({ local, offset }: WindowBound): Date {
  return new Date(local.slice(0, "2023-06-30T23:59:59.999".length) + (offset ?? "Z"));
}
