import { NO_WINDOW } from "../calendar-rules.ts";
import { addDays, civilOf, daysInMonth, monthEnd, wallOf } from "../civil.ts";
import { fixedSpan, yearSpan } from "../span.ts";
import { DAY, MONTH, readDay, readMonth, readWeekday, readYear, YEAR } from "./numerals.ts";
import {
  calendarDay,
  clockSpan,
  FIXED_DAY,
  fixedDayOffset,
  lastMonthDay,
  monthStart,
  PERIOD,
  RELATIVE_YEAR,
  relativeYear,
  toMonthEnd,
  weekStart,
} from "./periods.ts";
import { ALONE, type ChineseRule, NOT_CHINESE, NOT_EVERY, rule, TO, WEEK, WEEKDAY } from "./rule.ts";

// `今天`, but not `当天`: that is a day that was spoken of.
const RANGE_DAY = FIXED_DAY.replace("|当日|当天", "");
const EVERY = `(?:每个?|各|隔)${WEEKDAY}`;

/** From one to another: days, weekdays, months, years, dates. */
export const RANGES: ChineseRule[] = [
  rule("大{3,}[前后]天", () => NO_WINDOW),
  rule("明后两?天", (_, reference) => clockSpan(addDays(reference, 1), addDays(reference, 2))),
  rule("今明两?天", (_, reference) => clockSpan(reference, addDays(reference, 1))),
  rule("昨今两?天", (_, reference) => clockSpan(addDays(reference, -1), reference)),
  rule(`(${RANGE_DAY})${TO}(${RANGE_DAY})`, ([a = "", b = ""], reference) =>
    ordered(addDays(reference, fixedDayOffset(a)), addDays(reference, fixedDayOffset(b))),
  ),
  // What comes back every week is no day.
  rule(EVERY, () => NO_WINDOW),
  rule(`${EVERY}${TO}(?:${WEEK}${WEEK}?)?[一二三四五六日天1-7]`, () => NO_WINDOW),
  rule(
    `${NOT_EVERY}(?:${PERIOD})?${WEEKDAY}${TO}(?:(?:${PERIOD})?${WEEK}${WEEK}?)?([一二三四五六日天1-7])`,
    ([period, firstDay = "", secondPeriod, secondDay = ""], reference) => {
      const first = addDays(weekStart(reference, period), readWeekday(firstDay));
      const second = addDays(weekStart(reference, secondPeriod ?? period), readWeekday(secondDay));
      // Sunday to Tuesday crosses the week's end, unless the second week is named.
      return second < first && secondPeriod === undefined
        ? clockSpan(first, addDays(second, 7))
        : ordered(first, second);
    },
  ),
  rule(`(${YEAR})\\s*年\\s*(${MONTH})\\s*月份?${TO}(${MONTH})\\s*月份?`, ([y = "", a = "", b = ""]) => {
    const year = readYear(y);
    const first = readMonth(a);
    const last = readMonth(b);
    if (year === undefined || first === undefined || last === undefined) return NOT_CHINESE;
    return fixedSpan(wallOf(year, first, 1), monthEnd(last < first ? year + 1 : year, last));
  }),
  rule(`(${RELATIVE_YEAR})${TO}(${RELATIVE_YEAR})`, ([a = "", b = ""], reference) => {
    const years = [relativeYear(a, reference), relativeYear(b, reference)];
    return yearSpan(Math.min(...years), Math.max(...years));
  }),
  rule(`${ALONE}${onlyNamed(PERIOD)}${WEEK}${TO}${ALONE}${onlyNamed(PERIOD)}${WEEK}`, ([a, b], reference) => {
    const weeks = [weekStart(reference, a), weekStart(reference, b)];
    return clockSpan(Math.min(...weeks), addDays(Math.max(...weeks), 6));
  }),
  rule(`${ALONE}${onlyNamed(PERIOD)}月${TO}${ALONE}${onlyNamed(PERIOD)}月`, ([a, b], reference) => {
    const months = [monthStart(reference, a), monthStart(reference, b)];
    return toMonthEnd(Math.min(...months), Math.max(...months));
  }),
  rule(
    `(${YEAR})\\s*年\\s*(${MONTH})\\s*月\\s*(${DAY})(?:日|号)?${TO}` +
      `(?:(?:(${YEAR})\\s*年\\s*)?(${MONTH})\\s*月\\s*)?(${DAY})(?:日|号)`,
    ([y = "", m = "", d = "", endYear, endMonth = m, endDay = ""]) => {
      const year = readYear(y);
      if (year === undefined) return NOT_CHINESE;
      const wraps = (readMonth(endMonth) ?? 0) < (readMonth(m) ?? 0);
      const lastYear = endYear === undefined ? year + (wraps ? 1 : 0) : readYear(endYear);
      const first = calendarDay(year, m, d);
      const last = lastYear === undefined ? undefined : calendarDay(lastYear, endMonth, endDay);
      if (first === undefined || last === undefined) return NOT_CHINESE;
      return fixedSpan(Math.min(first, last), Math.max(first, last));
    },
  ),
  rule(
    `(?<!年)(${MONTH})\\s*月\\s*(${DAY})(?:日|号)?${TO}(?:(${MONTH})\\s*月\\s*)?(${DAY})(?:日|号)`,
    ([m = "", d = "", endMonth = m, endDay = ""], reference) => {
      const first = lastMonthDay(reference, m, d);
      const month = readMonth(endMonth);
      const day = readDay(endDay);
      if (first === undefined || month === undefined || day === undefined) return NOT_CHINESE;
      const year = civilOf(first).year + (month < (readMonth(m) ?? 0) ? 1 : 0);
      if (day > daysInMonth(year, month)) return NOT_CHINESE;
      const last = wallOf(year, month, day);
      return fixedSpan(Math.min(first, last), Math.max(first, last));
    },
  ),
];

function ordered(first: number, second: number) {
  return clockSpan(Math.min(first, second), Math.max(first, second));
}

/** Without `当`: `当周` is a week that was spoken of. */
function onlyNamed(period: string): string {
  return period.replace("|当", "");
}
