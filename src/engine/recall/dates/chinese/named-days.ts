import { addDays, addYears, civilOf } from "../civil.ts";
import { fixedSpan, type Span } from "../span.ts";
import { DAY, MONTH, readDay, readWeekday, readYear, YEAR } from "./numerals.ts";
import {
  calendarDay,
  clockSpan,
  DAY_PART,
  dayPartOffset,
  FIXED_DAY,
  fixedDayOffset,
  lastMonthDay,
  monthStart,
  PERIOD,
  RELATIVE_YEAR,
  relativeYear,
  weekStart,
} from "./periods.ts";
import { ALONE, NOT_EVERY, WEEKDAY } from "./rule.ts";

/** Something that a phrase names: how it is written, and its days. */
export interface Named {
  pattern: string;
  /** undefined where there is none such. */
  read(groups: readonly (string | undefined)[], reference: number): Span | undefined;
}

function calendarSpan(wall: number | undefined): Span | undefined {
  return wall === undefined ? undefined : fixedSpan(wall);
}

const OF_MONTH = `(${MONTH})\\s*月\\s*(${DAY})(?:日|号)`;

/** `2022年6月5日` */
export const DATE: Named = {
  pattern: `(${YEAR})\\s*年\\s*${OF_MONTH}`,
  read([year = "", month = "", day = ""]) {
    const number = readYear(year);
    return number === undefined ? undefined : calendarSpan(calendarDay(number, month, day));
  },
};

/** `去年6月5日` */
export const DATE_OF_RELATIVE_YEAR: Named = {
  pattern: `(${RELATIVE_YEAR})\\s*${OF_MONTH}`,
  read: ([year = "", month = "", day = ""], reference) =>
    calendarSpan(calendarDay(relativeYear(year, reference), month, day)),
};

/** `上个月5号` */
export const DAY_OF_RELATIVE_MONTH: Named = {
  pattern: `${ALONE}${PERIOD}月\\s*(${DAY})(?:日|号)`,
  read([period, text = ""], reference) {
    const { year, month } = civilOf(monthStart(reference, period));
    const day = readDay(text);
    return day === undefined ? undefined : calendarSpan(calendarDay(year, String(month), text));
  },
};

/** `6月5日`: the last one. */
export const DAY_OF_MONTH: Named = {
  pattern: `(?<!年)${OF_MONTH}`,
  read: ([month = "", day = ""], reference) => calendarSpan(lastMonthDay(reference, month, day)),
};

/** `上周一`, `周一` */
export const WEEKDAY_OF_WEEK: Named = {
  pattern: `${NOT_EVERY}(?:${PERIOD})?${WEEKDAY}`,
  read: ([period, weekday = ""], reference) =>
    clockSpan(addDays(weekStart(reference, period), readWeekday(weekday))),
};

/** `前天` */
export const RELATIVE_DAY: Named = {
  pattern: `(${FIXED_DAY})`,
  read: ([word = ""], reference) => clockSpan(addDays(reference, fixedDayOffset(word))),
};

/** `去年今天` */
export const DAY_OF_RELATIVE_YEAR: Named = {
  pattern: `(${RELATIVE_YEAR})\\s*(${FIXED_DAY})`,
  read: ([year = "", word = ""], reference) =>
    clockSpan(addDays(inYear(year, reference), fixedDayOffset(word))),
};

/** `昨晚` */
export const RELATIVE_DAY_PART: Named = {
  pattern: `(${DAY_PART})`,
  read: ([word = ""], reference) => clockSpan(addDays(reference, dayPartOffset(word))),
};

/** `去年昨晚` */
export const DAY_PART_OF_RELATIVE_YEAR: Named = {
  pattern: `(${RELATIVE_YEAR})\\s*(${DAY_PART})`,
  read: ([year = "", word = ""], reference) =>
    clockSpan(addDays(inYear(year, reference), dayPartOffset(word))),
};

function inYear(year: string, reference: number): number {
  return addYears(reference, relativeYear(year, reference) - civilOf(reference).year);
}
