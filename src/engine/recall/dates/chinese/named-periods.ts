import { civilOf } from "../civil.ts";
import { monthSpan, type Span, yearSpan } from "../span.ts";
import type { Named } from "./named-days.ts";
import { MONTH, readMonth, readQuarter, readYear, YEAR } from "./numerals.ts";
import {
  clockSpan,
  halfYear,
  isAfterDay,
  MONTH_PHASE,
  monthPhase,
  monthStart,
  PERIOD,
  quarterSpan,
  RELATIVE_YEAR,
  relativeYear,
  shiftedQuarter,
  weekendSpan,
  weekSpan,
  YEAR_EDGE,
  yearEdge,
} from "./periods.ts";
import { ALONE, NOT_EVERY, WEEK } from "./rule.ts";

type Groups = readonly (string | undefined)[];

/** A part of a year: what is written after the year, and its days. */
interface YearPart {
  pattern: string;
  span(year: number, groups: Groups): Span | undefined;
}

const QUARTER = "第?[一二三四1-4]";

const PARTS = {
  month: {
    pattern: `(${MONTH})\\s*月`,
    span(year: number, [text = ""]: Groups) {
      const month = readMonth(text);
      return month === undefined ? undefined : monthSpan(year, month);
    },
  },
  quarter: {
    pattern: `(${QUARTER})季度?`,
    span: (year: number, [text = ""]: Groups) => quarterSpan(year, readQuarter(text)),
  },
  half: { pattern: "(上|下)半年", span: (year: number, [half = ""]: Groups) => halfYear(year, half) },
  edge: { pattern: `(${YEAR_EDGE})`, span: (year: number, [edge = ""]: Groups) => yearEdge(year, edge) },
  phase: {
    pattern: `(${MONTH})\\s*月份?\\s*(${MONTH_PHASE})`,
    span(year: number, [text = "", phase = ""]: Groups) {
      const month = readMonth(text);
      return month === undefined ? undefined : monthPhase(year, month, phase);
    },
  },
} satisfies Record<string, YearPart>;

/** `2022年…` */
function ofYear({ pattern, span }: YearPart): Named {
  return {
    pattern: `(${YEAR})\\s*年\\s*${pattern}`,
    read([text = "", ...groups]) {
      const year = readYear(text);
      return year === undefined ? undefined : span(year, groups);
    },
  };
}

/** `去年…` */
function ofRelativeYear({ pattern, span }: YearPart): Named {
  return {
    pattern: `(${RELATIVE_YEAR})\\s*${pattern}`,
    read: ([text = "", ...groups], reference) => span(relativeYear(text, reference), groups),
  };
}

export const YEAR_MONTH = ofYear(PARTS.month);
export const RELATIVE_YEAR_MONTH = ofRelativeYear(PARTS.month);

/** `2022年` */
export const BARE_YEAR: Named = {
  pattern: `(${YEAR})\\s*年`,
  read([text = ""]) {
    const year = readYear(text);
    return year === undefined ? undefined : yearSpan(year);
  },
};

/** `去年` */
export const BARE_RELATIVE_YEAR: Named = {
  pattern: `(${RELATIVE_YEAR})`,
  read: ([text = ""], reference) => yearSpan(relativeYear(text, reference)),
};

/** `上周末`, `周末` */
export const WEEKEND: Named = {
  pattern: `${NOT_EVERY}(?:${PERIOD})?${WEEK}末`,
  read: ([period], reference) => weekendSpan(reference, period),
};

/** `上周` */
export const RELATIVE_WEEK: Named = {
  pattern: `${ALONE}${PERIOD}${WEEK}`,
  read: ([period], reference) => weekSpan(reference, period),
};

/** `上个月`, as far as its first day. */
export const RELATIVE_MONTH: Named = {
  pattern: `${ALONE}${PERIOD}月`,
  read: ([period], reference) => clockSpan(monthStart(reference, period)),
};

const COUNTER = "(?:一个|个|一)?";
const THIS = "(?:这|本|当)";
const BEFORE_LAST = "(?<![上大])(?:上上|大上)";
const LAST = "(?<![上大])上";
const NEXT = "(?<![下大])下";
const AFTER_NEXT = "(?<![下大])(?:下下|大下)";

/** `上季度` */
const RELATIVE_QUARTERS: Named[] = (
  [
    [`${THIS}${COUNTER}季度?`, 0],
    [`${BEFORE_LAST}${COUNTER}季度?`, -2],
    [`${AFTER_NEXT}${COUNTER}季度?`, 2],
    [`(?:${LAST}${COUNTER}|前一)季度?`, -1],
    [`${NEXT}${COUNTER}季度?`, 1],
  ] as const
).map(([pattern, offset]) => ({ pattern, read: (_, reference) => shiftedQuarter(reference, offset) }));

/** `下个月初` */
const RELATIVE_MONTH_PHASES: Named[] = (
  [
    [THIS, ""],
    [NEXT, "下"],
    [AFTER_NEXT, "下下"],
    [LAST, "上"],
    [BEFORE_LAST, "上上"],
  ] as const
).map(([words, period]) => ({
  pattern: `${words}${COUNTER}月份?\\s*(${MONTH_PHASE})`,
  read([phase = ""], reference) {
    const { year, month } = civilOf(monthStart(reference, period));
    return monthPhase(year, month, phase);
  },
}));

/** `第一季度` */
const BARE_QUARTER: Named = {
  pattern: `(${QUARTER})季度`,
  read: ([text = ""], reference) => quarterSpan(civilOf(reference).year, readQuarter(text)),
};

/** `上半年` */
const BARE_HALF: Named = {
  pattern: "(?<![年月])(上|下)半年",
  read: ([half = ""], reference) => halfYear(civilOf(reference).year, half),
};

/** `年初` */
const BARE_EDGE: Named = {
  pattern: "(?<![本今去前后上下])(年初|年末|年底|年尾)",
  read: ([edge = ""], reference) => yearEdge(civilOf(reference).year, edge),
};

/** `六月初`: the last one that has begun. */
const PHASE_OF_BARE_MONTH: Named = {
  pattern: `(?<!年)(${MONTH})\\s*月份?\\s*(${MONTH_PHASE})`,
  read([text = "", phase = ""], reference) {
    const month = readMonth(text);
    if (month === undefined) return undefined;
    const { year } = civilOf(reference);
    const span = monthPhase(year, month, phase);
    return isAfterDay(span.from.wall, reference) ? monthPhase(year - 1, month, phase) : span;
  },
};

/** `月初` */
const BARE_PHASE: Named = {
  pattern: "(?<![年月])(上旬|中旬|下旬|月初|月中(?![了过])|月末|月底|月尾)",
  read([phase = ""], reference) {
    const { year, month } = civilOf(reference);
    return monthPhase(year, month, phase);
  },
};

const both = (part: YearPart) => [ofYear(part), ofRelativeYear(part)];

/** Quarters, halves, and the beginnings and ends of years and months: as one asks what was since then. */
export const PARTS_SINCE: Named[] = [
  ...both(PARTS.quarter),
  ...RELATIVE_QUARTERS,
  BARE_QUARTER,
  ...both(PARTS.half),
  BARE_HALF,
  ...both(PARTS.edge),
  BARE_EDGE,
  ...both(PARTS.phase),
  ...RELATIVE_MONTH_PHASES,
  PHASE_OF_BARE_MONTH,
  BARE_PHASE,
];

/** The same as one asks what was then. A half without a year comes after the weeks. */
export const PARTS_THEN: Named[] = [
  ...PARTS_SINCE.filter((named) => named !== BARE_HALF && named !== BARE_EDGE),
  BARE_EDGE,
];
