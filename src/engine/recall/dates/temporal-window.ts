import { monthOfYear, NO_WINDOW, yearPhrase } from "./calendar-rules.ts";
import { chinesePhrase } from "./chinese/chinese-phrase.ts";
import { civilOf, DateOutOfRange } from "./civil.ts";
import { freeDate } from "./free-rule.ts";
import { ParserGivesUp } from "./parser/align.ts";
import { relativePhrase } from "./relative-rules.ts";
import type { DateReference, Day, Span } from "./span.ts";

/** An end of a window: a clock time in ISO 8601, and its zone. */
export interface WindowBound {
  /** `2023-06-30T23:59:59.999999`. */
  local: string;
  /** `+00:00`; null for a date of the calendar and for one that follows a "now" without a zone. It counts as UTC. */
  offset: string | null;
}

/** What a query's date phrase asks for: whole days, both ends inclusive. */
export interface TemporalWindow {
  start: WindowBound;
  end: WindowBound;
}

/** The window of the query's date phrase, by the first rule that finds one. */
export function temporalWindow(query: string, reference: DateReference): TemporalWindow | undefined {
  try {
    const span = findSpan(query, reference);
    return span && { start: bound(span.from, reference, false), end: bound(span.to, reference, true) };
  } catch (error) {
    // What cannot be computed is no window: ranking goes on without one.
    if (error instanceof DateOutOfRange || error instanceof ParserGivesUp) return undefined;
    throw error;
  }
}

function findSpan(query: string, reference: DateReference): Span | undefined {
  const text = query.normalize("NFKC").toLowerCase();
  const chinese = chinesePhrase(text, reference.wall);
  if (chinese === NO_WINDOW) return undefined;
  if (chinese) return chinese;
  const relative = relativePhrase(text, reference.wall);
  if (relative) return relative;
  const month = monthOfYear(text);
  if (month === NO_WINDOW) return undefined;
  return month ?? yearPhrase(text, reference.wall) ?? freeDate(query, reference);
}

function bound({ wall, fixed }: Day, { offset }: DateReference, isEnd: boolean): WindowBound {
  const { year, month, day } = civilOf(wall);
  const date = [String(year).padStart(4, "0"), two(month), two(day)].join("-");
  return {
    local: `${date}T${isEnd ? "23:59:59.999999" : "00:00:00"}`,
    offset: fixed || offset === null ? null : spellOffset(offset),
  };
}

function spellOffset(minutes: number): string {
  const whole = Math.abs(minutes);
  return `${minutes < 0 ? "-" : "+"}${two(Math.floor(whole / 60))}:${two(whole % 60)}`;
}

function two(value: number): string {
  return String(value).padStart(2, "0");
}
