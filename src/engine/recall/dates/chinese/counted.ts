import { addDays, addMonths, addMs, addYears } from "../civil.ts";
import type { Span } from "../span.ts";
import type { Named } from "./named-days.ts";
import { NUMBER, readNumber } from "./numerals.ts";
import { clockSpan } from "./periods.ts";
import { type ChineseRule, type Outcome, rule } from "./rule.ts";

const HOUR_MS = 3_600_000;
const UNIT = "(天|日|周|星期|礼拜|月|年)";
const BEFORE = "(?:以?前|之前)";
const AFTER = "(?:以?后|之后)";
/** What stands before a number would make it another one. */
const WHOLE_NUMBER = "(?<![一二三四五六七八九十百千万零〇○两俩半前年0-9])";
const SPOKEN_NUMBER = "[0-9]+|[一二两三四五六七八九十]+";
const PAST = "(?:过去|近|最近)";
const FUTURE = "(?:未来|接下来|往后)";
/** Two numbers in a row say "about so many". */
const ABOUT = "一两|[两二]三|三四|四五|五六|六七|七八|八九|九十";
const ABOUT_PAST = `${ABOUT}|三两`;

/** So many units before or after the reference. */
function offset(reference: number, amount: number, unit: string): number {
  if (unit === "天" || unit === "日") return addDays(reference, amount);
  if (unit === "月") return addMonths(reference, amount);
  return unit === "年" ? addYears(reference, amount) : addDays(reference, 7 * amount);
}

function about(text: string): [least: number, most: number] {
  if (text === "一两" || text === "三两") return [1, 3];
  return [readNumber(text[0] ?? "") ?? 0, readNumber(text[1] ?? "") ?? 0];
}

/** From so many units ago until now, or from now until then. */
function rolling(reference: number, amount: number, unit: string): Span {
  const other = offset(reference, amount, unit);
  return amount < 0 ? clockSpan(other, reference) : clockSpan(reference, other);
}

/** A rule with a number; where it is none, the next rule is tried. */
function counted(
  pattern: string,
  read: (amount: number, groups: readonly (string | undefined)[], reference: number) => Outcome,
): ChineseRule {
  return rule(pattern, ([text = "", ...others], reference) => {
    const amount = readNumber(text);
    return amount === undefined ? undefined : read(amount, [text, ...others], reference);
  });
}

function exact(pattern: string, direction: 1 | -1): ChineseRule {
  return counted(pattern, (amount, [, unit = ""], reference) =>
    clockSpan(offset(reference, direction * amount, unit)),
  );
}

function daysAgo(pattern: string, from: number, to: number): ChineseRule {
  return rule(pattern, (_, reference) => clockSpan(addDays(reference, -from), addDays(reference, -to)));
}

/** Points in time that are counted exactly. */
const POINTS: ChineseRule[] = [
  exact(`${WHOLE_NUMBER}(${NUMBER})(天|日)${BEFORE}`, -1),
  exact(`${WHOLE_NUMBER}(${NUMBER})个?(周|星期|礼拜)${BEFORE}`, -1),
  exact(`${WHOLE_NUMBER}(${NUMBER})个?(月)${BEFORE}`, -1),
  exact(`${WHOLE_NUMBER}(${NUMBER})(年)${BEFORE}`, -1),
  counted("([一二两三四五六七八九十]+)年半前", (years, _, reference) =>
    clockSpan(addMonths(reference, -12 * years - 6)),
  ),
  counted(`(${SPOKEN_NUMBER})个?半月前`, (months, _, reference) =>
    clockSpan(addDays(addMonths(reference, -months), -15)),
  ),
  daysAgo("半个?月前", 15, 15),
  rule("半年前", (_, reference) => clockSpan(addMonths(reference, -6))),
  counted(`(${NUMBER})年半${AFTER}`, (years, _, reference) =>
    clockSpan(addMonths(reference, 12 * years + 6)),
  ),
  counted(`(${NUMBER})个?半月${AFTER}`, (months, _, reference) =>
    clockSpan(addDays(addMonths(reference, months), 15)),
  ),
  rule(`半个?月${AFTER}`, (_, reference) => clockSpan(addDays(reference, 15))),
  rule(`半年${AFTER}`, (_, reference) => clockSpan(addMonths(reference, 6))),
];

/** "About so many" days, weeks, months or years ago or ahead. */
const VAGUE_POINTS: ChineseRule[] = [
  rule(
    `(?<![一二三四五六七八九十百千万零\\p{Nd}后])(${ABOUT_PAST})个?${UNIT}${AFTER}`,
    ([text = "", unit = ""], reference) => {
      const [least, most] = about(text);
      return clockSpan(offset(reference, least, unit), offset(reference, most, unit));
    },
  ),
  rule(`[几数]个?${UNIT}${AFTER}`, ([unit = ""], reference) =>
    clockSpan(offset(reference, 2, unit), offset(reference, 5, unit)),
  ),
  exact(`${WHOLE_NUMBER}(${NUMBER})个?${UNIT}${AFTER}`, 1),
  rule(
    `(?<![一二三四五六七八九十百千万零\\p{Nd}前])(三四|四五|五六|六七|七八|八九|九十)个?${UNIT}前`,
    ([text = "", unit = ""], reference) => {
      const [least, most] = about(text);
      return clockSpan(offset(reference, -most, unit), offset(reference, -least, unit));
    },
  ),
  daysAgo("前[两二][天日]|一两[天日]前|[两二]三[天日]前|三两[天日]前", 3, 1),
  daysAgo("前[几数][天日]|[几数][天日]前", 5, 2),
  daysAgo("(?:一两个?|[两二]三|三两)(?:周|星期|礼拜)前", 21, 7),
  daysAgo("前[几数]个?(?:周|星期|礼拜)|[几数]个?(?:周|星期|礼拜)前", 35, 14),
  daysAgo("一两个?月前|前一两个?月|[两二]三个月前|三两个月前", 90, 30),
  daysAgo("前[几数]个?月|[几数]个?月前", 150, 60),
  rule("一两年前|[两二]三年前|三两年前", (_, reference) =>
    clockSpan(addYears(reference, -3), addYears(reference, -1)),
  ),
];

/** The last so many days, weeks, months or years, until now. */
const UNTIL_NOW: ChineseRule[] = [
  rule(`这(${ABOUT_PAST})个?${UNIT}`, ([text = "", unit = ""], reference) =>
    rolling(reference, -about(text)[1], unit),
  ),
  counted(`这(${NUMBER})个?${UNIT}`, (amount, [, unit = ""], reference) =>
    amount > 1 ? rolling(reference, -amount, unit) : undefined,
  ),
  rule(`这几个?${UNIT}`, ([unit = ""], reference) => rolling(reference, -5, unit)),
  counted(`前(${NUMBER})个?(天|日)`, (amount, [text = "", unit = ""], reference) =>
    amount > 2 || /\p{Nd}/u.test(text) ? rolling(reference, -amount, unit) : undefined,
  ),
  counted(`前(${NUMBER})个?(周|星期|礼拜|月|年)`, (amount, [, unit = ""], reference) =>
    amount > 1 ? rolling(reference, -amount, unit) : undefined,
  ),
  rule(`${PAST}(${ABOUT_PAST})个?${UNIT}`, ([text = "", unit = ""], reference) =>
    rolling(reference, -about(text)[1], unit),
  ),
  rule(`${PAST}几个?${UNIT}`, ([unit = ""], reference) => rolling(reference, -5, unit)),
  counted(`${PAST}(${NUMBER})个?${UNIT}`, (amount, [, unit = ""], reference) =>
    clockSpan(offset(reference, -amount, unit), reference),
  ),
  rule(`${PAST}半个?(月|年)`, ([unit], reference) => lastHalf(reference, unit)),
  rule("半个?(月|年)(?:以内|之内|内)", ([unit], reference) => lastHalf(reference, unit)),
  counted(`(${NUMBER})(个?)${UNIT}(?:以内|之内|内)`, (amount, [text = "", counter, unit = ""], reference) => {
    // `六月内` is June, `2022年内` a year.
    if (unit === "月" && counter !== "个") return undefined;
    if (unit === "年" && /^\p{Nd}{4}$/u.test(text)) return undefined;
    return clockSpan(offset(reference, -amount, unit), reference);
  }),
  counted(`${PAST}(${NUMBER})个?(?:小时|钟头)`, (hours, _, reference) =>
    clockSpan(addMs(reference, -hours * HOUR_MS), reference),
  ),
];

/** The next so many, from now on. */
const FROM_NOW: ChineseRule[] = [
  counted(`${FUTURE}(${NUMBER})个?(?:小时|钟头)`, (hours, _, reference) =>
    clockSpan(reference, addMs(reference, hours * HOUR_MS)),
  ),
  rule(`${FUTURE}(${ABOUT})个?${UNIT}`, ([text = "", unit = ""], reference) =>
    rolling(reference, about(text)[1], unit),
  ),
  rule(`${FUTURE}几个?${UNIT}`, ([unit = ""], reference) => rolling(reference, 5, unit)),
  counted(`${FUTURE}(${NUMBER})个?${UNIT}`, (amount, [, unit = ""], reference) =>
    rolling(reference, amount, unit),
  ),
  rule(`${FUTURE}半个?(月|年)`, ([unit], reference) =>
    clockSpan(reference, unit === "月" ? addDays(reference, 15) : addMonths(reference, 6)),
  ),
];

function lastHalf(reference: number, unit: string | undefined): Span {
  return clockSpan(unit === "月" ? addDays(reference, -15) : addMonths(reference, -6), reference);
}

export const COUNTED: ChineseRule[] = [...POINTS, ...VAGUE_POINTS, ...UNTIL_NOW, ...FROM_NOW];

/** `三天前`, from which on something is. */
export const COUNTED_SINCE: Named = {
  pattern: `(${NUMBER})个?${UNIT}${BEFORE}`,
  read([text = "", unit = ""], reference) {
    const amount = readNumber(text);
    return amount === undefined ? undefined : clockSpan(offset(reference, -amount, unit));
  },
};
/** `三天后起`, `三天以前`: open intervals. */
export const COUNTED_FROM_THEN_ON = `(?:${NUMBER})个?${UNIT}${AFTER}(?:起|开始)`;
export const COUNTED_EARLIER = `${WHOLE_NUMBER}(?:${NUMBER})个?${UNIT}(?:以前|之前)`;
