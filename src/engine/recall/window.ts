import { withFraction } from "../../micro-date.ts";
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
  const { instant, offsetMinutes, naive } = asked;
  const wall = Math.floor(instant.getTime()) + offsetMinutes * 60_000;
  return temporalWindow(query, { wall, offset: naive ? null : offsetMinutes });
}

export function toDateWindow({ start, end }: TemporalWindow): DateWindow {
  return { start: instantOf(start), end: instantOf(end) };
}

function instantOf({ local, offset }: WindowBound): Date {
  const [wall, fraction = ""] = local.split(".");
  return withFraction(Date.parse(`${wall}${offset ?? "Z"}`), fraction);
}
