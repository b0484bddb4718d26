import { civilOf, wallOf } from "../civil.ts";
import { monthBefore, monthSpan, type Span, yearSpan } from "../span.ts";
import { WEEKDAY_OF_WEEK } from "./named-days.ts";
import { RELATIVE_YEAR_MONTH, YEAR_MONTH } from "./named-periods.ts";
import { MONTH, readMonth } from "./numerals.ts";
import {
  halfYear,
  isAfterDay,
  monthStart,
  PERIOD,
  relativeYear,
  toMonthEnd,
  weekendSpan,
  weekSpan,
} from "./periods.ts";
import {
  ALONE,
  BOUNDARY,
  type ChineseRule,
  MONTH_BOUNDARY,
  NOT_CHINESE,
  NOT_EVERY,
  rule,
  WEEK,
  WEEKDAY,
} from "./rule.ts";

const COUNTER = "(?:一个|个|一)?";
const THIS = "(?:这|本|当)";
const BEFORE_LAST = "(?:上上|大上)";
const AFTER_NEXT = "(?:下下|大下)";
const NO_BOUNDARY = `(?!${BOUNDARY})`;
const NO_MONTH_BOUNDARY = `(?!${MONTH_BOUNDARY})`;
const NO_WEEKEND = "(?!末)";

function weekend(words: string, period: string): ChineseRule {
  return rule(`${words}${COUNTER}${WEEK}末`, (_, reference) => weekendSpan(reference, period));
}

function week(words: string, period: string): ChineseRule {
  return rule(`${words}${NO_BOUNDARY}`, (_, reference) => weekSpan(reference, period));
}

function month(words: string, span: (reference: number) => Span): ChineseRule {
  return rule(`${words}${NO_MONTH_BOUNDARY}`, (_, reference) => span(reference));
}

function year(words: string): ChineseRule {
  return rule(`(${words})${NO_BOUNDARY}`, ([text = ""], reference) =>
    yearSpan(relativeYear(text, reference)),
  );
}

const half = (text: string) =>
  rule(`(?<!年)${text}半年`, (_, reference) => halfYear(civilOf(reference).year, text));

const wholeMonth = (period: string) => (reference: number) => toMonthEnd(monthStart(reference, period));

/** Weekdays, weekends, weeks, months and years. What is more specific comes first: `上周末` is no `上周`. */
export const CALENDAR_PERIODS: ChineseRule[] = [
  rule(`${RELATIVE_YEAR_MONTH.pattern}${NO_MONTH_BOUNDARY}`, RELATIVE_YEAR_MONTH.read),
  rule(
    `${NOT_EVERY}(?:${PERIOD})?${WEEK}${WEEK}?[六6](?:\\s*(?:和|及|与|、)\\s*(?:${WEEK}${WEEK}?)?[日天7]|[日天7])`,
    ([period], reference) => weekendSpan(reference, period),
  ),
  rule(`${ALONE}${PERIOD}${WEEKDAY}`, WEEKDAY_OF_WEEK.read),
  rule(`${NOT_EVERY}${WEEKDAY}`, ([weekday], reference) =>
    WEEKDAY_OF_WEEK.read([undefined, weekday], reference),
  ),
  weekend(THIS, ""),
  weekend(AFTER_NEXT, "下下"),
  weekend("下", "下"),
  weekend(BEFORE_LAST, "上上"),
  weekend("上", "上"),
  rule("(?<![每个各隔])周末", (_, reference) => weekendSpan(reference, "")),
  week(`${THIS}${COUNTER}${WEEK}${NO_WEEKEND}`, ""),
  month(`${THIS}${COUNTER}月`, wholeMonth("")),
  rule(`(?:本年度|今年|本年|当年)${NO_BOUNDARY}`, (_, reference) => yearSpan(civilOf(reference).year)),
  week(`(?<![下大])${AFTER_NEXT}${COUNTER}${WEEK}${NO_WEEKEND}`, "下下"),
  week(`(?<![下大])下${COUNTER}${WEEK}${NO_WEEKEND}`, "下"),
  month(`(?<![下大])${AFTER_NEXT}${COUNTER}月`, wholeMonth("下下")),
  month(`(?<![下大])下${COUNTER}月`, wholeMonth("下")),
  year("下一个年度|下一年度|下年度|下一年|明年"),
  year("大后年"),
  year("(?<!大)后年"),
  half("上"),
  half("下"),
  week(`(?<![上大])${BEFORE_LAST}${COUNTER}${WEEK}`, "上上"),
  month(`(?<![上大])${BEFORE_LAST}${COUNTER}月`, wholeMonth("上上")),
  week(`前一个?${WEEK}`, "上"),
  month("前一个?月", monthBefore),
  year("前一年"),
  year("大前年"),
  year("(?<!大)前年"),
  week(`(?<![上大])上${COUNTER}${WEEK}${NO_WEEKEND}`, "上"),
  month(`(?<![上大])上${COUNTER}月`, monthBefore),
  year("上一年度|上一个年度|上年度|去年|上一年|上年"),
  rule(
    `${YEAR_MONTH.pattern}${NO_MONTH_BOUNDARY}`,
    (groups, reference) => YEAR_MONTH.read(groups, reference) ?? NOT_CHINESE,
  ),
  rule(`(?<![年月])(${MONTH})\\s*月份?${NO_MONTH_BOUNDARY}`, ([text = ""], reference) => {
    const month = readMonth(text);
    if (month === undefined) return NOT_CHINESE;
    const { year } = civilOf(reference);
    return monthSpan(isAfterDay(wallOf(year, month, 1), reference) ? year - 1 : year, month);
  }),
];
