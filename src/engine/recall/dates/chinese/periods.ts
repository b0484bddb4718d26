import { addDays, addMonths, civilOf, daysInMonth, monthEnd, wallOf, weekdayOf } from "../civil.ts";
import { type Day, fixedSpan, monthSpan, type Span } from "../span.ts";
import { readDay, readMonth } from "./numerals.ts";

/** The reference's own day, or one that is counted from it. */
export function onClock(wall: number): Day {
  return { wall, fixed: false };
}

export function clockSpan(from: number, to = from): Span {
  return { from: onClock(from), to: onClock(to) };
}

/** Years that are named from where one is: `去年`. Longer words first. */
export const RELATIVE_YEAR =
  "下一个年度|下一年度|下年度|下一年|大后年|明年|后年|今年|本年|上一年度|上一个年度|上年度|上一年|去年|上年|前一年|大前年|前年";

const YEAR_OFFSETS: Record<string, number> = {
  今年: 0,
  本年: 0,
  明年: 1,
  后年: 2,
  大后年: 3,
  前年: -2,
  大前年: -3,
};

export function relativeYear(text: string, reference: number): number {
  const offset = YEAR_OFFSETS[text] ?? (text.startsWith("下") ? 1 : -1);
  return civilOf(reference).year + offset;
}

/** `大前天` … `大大后天`. Longer words first. */
export const FIXED_DAY =
  "大大后天|大后天|后天|明天|明日|今天|今日|本日|当日|当天|昨天|昨日|大大前天|大前天|前天";

export function fixedDayOffset(text: string): number {
  const steps = { 明: 1, 后: 2, 昨: -1, 前: -2 };
  const [, big = "", word = ""] = /^(大*)(.)/.exec(text) ?? [];
  const offset = Object.entries(steps).find(([key]) => key === word)?.[1] ?? 0;
  return offset + Math.sign(offset) * big.length;
}

export const DAY_PART = "昨晚|昨夜|前晚|前夜|今晚|今早|今晨|明早|明晚|明夜";

export function dayPartOffset(text: string): number {
  return { 昨: -1, 前: -2, 明: 1 }[text[0] ?? ""] ?? 0;
}

/** `上` … `大下`, and the counter that may follow. */
export const PERIOD = "(上上|大上|上|这|本|当|下下|大下|下)(?:一个|个|一)?";

function periodOffset(period: string | undefined): number {
  const direction = period?.includes("上") ? -1 : period?.includes("下") ? 1 : 0;
  return direction * (period?.length ?? 0);
}

export function weekStart(reference: number, period: string | undefined): number {
  return addDays(reference, 7 * periodOffset(period) - weekdayOf(reference));
}

export function weekSpan(reference: number, period: string | undefined): Span {
  const monday = weekStart(reference, period);
  return clockSpan(monday, addDays(monday, 6));
}

export function weekendSpan(reference: number, period: string | undefined): Span {
  const saturday = addDays(weekStart(reference, period), 5);
  return clockSpan(saturday, addDays(saturday, 1));
}

export function monthStart(reference: number, period: string | undefined): number {
  const { day } = civilOf(reference);
  return addMonths(addDays(reference, 1 - day), periodOffset(period));
}

/** From a day of the reference's clock to the end of its month. */
export function toMonthEnd(start: number, last = start): Span {
  const { year, month } = civilOf(last);
  return { from: onClock(start), to: { wall: monthEnd(year, month), fixed: true } };
}

export function quarterSpan(year: number, quarter: number): Span {
  return fixedSpan(wallOf(year, quarter * 3 - 2, 1), monthEnd(year, quarter * 3));
}

/** The quarter so many before or after the reference's. */
export function shiftedQuarter(reference: number, offset: number): Span {
  const { year, month } = civilOf(reference);
  const index = year * 4 + Math.floor((month - 1) / 3) + offset;
  return quarterSpan(Math.floor(index / 4), (index % 4) + 1);
}

/** `上半年` or `下半年`. */
export function halfYear(year: number, half: string): Span {
  return half === "上"
    ? fixedSpan(wallOf(year, 1, 1), wallOf(year, 6, 30))
    : fixedSpan(wallOf(year, 7, 1), wallOf(year, 12, 31));
}

/** The beginning or the end of a year: its first or its last month. */
export const YEAR_EDGE = "年初|年末|年底|年尾|初|末|底|尾";

export function yearEdge(year: number, edge: string): Span {
  return monthSpan(year, edge.endsWith("初") ? 1 : 12);
}

/** The beginning, the middle or the end of a month. */
export const MONTH_PHASE = "上旬|中旬|下旬|月初|月中(?![了过])|月末|月底|月尾|初|中(?![了过])|末|底|尾";

export function monthPhase(year: number, month: number, phase: string): Span {
  if (/^月?初|^上旬/.test(phase)) return fixedSpan(wallOf(year, month, 1), wallOf(year, month, 10));
  if (/^月?中/.test(phase)) return fixedSpan(wallOf(year, month, 11), wallOf(year, month, 20));
  return fixedSpan(wallOf(year, month, 21), monthEnd(year, month));
}

/** A day of the calendar, or undefined where there is none such. */
export function calendarDay(year: number, month: string, day: string): number | undefined {
  const m = readMonth(month);
  const d = readDay(day);
  return m === undefined || d === undefined || d > daysInMonth(year, m) ? undefined : wallOf(year, m, d);
}

/** The last such day that is not in the future. */
export function lastMonthDay(reference: number, month: string, day: string): number | undefined {
  const { year } = civilOf(reference);
  const date = calendarDay(year, month, day);
  if (date === undefined || !isAfterDay(date, reference)) return date;
  return calendarDay(year - 1, month, day);
}

export function isAfterDay(wall: number, reference: number): boolean {
  const day = (value: number) => Math.floor(value / 86_400_000);
  return day(wall) > day(reference);
}
