import type { NO_WINDOW } from "../calendar-rules.ts";
import type { Span } from "../span.ts";

/** Chinese words that name no day that exists: the other languages' rules have their turn. */
export const NOT_CHINESE = Symbol("not Chinese");

/** The days of a phrase; undefined where the next rule is to be tried. */
export type Outcome = Span | typeof NO_WINDOW | typeof NOT_CHINESE | undefined;

export interface ChineseRule {
  pattern: RegExp;
  /** @param groups what the pattern captured, from the first group on. */
  read(groups: readonly (string | undefined)[], reference: number): Outcome;
}

export function rule(pattern: string, read: ChineseRule["read"]): ChineseRule {
  return { pattern: new RegExp(pattern, "gu"), read };
}

/** The optional time after or before which something is meant: `以后`, `之前`. It opens an interval, which no window has. */
export const BOUNDARY = "\\s*(?:以?前|之前|以?后|之后)";
export const MONTH_BOUNDARY = `份?${BOUNDARY}`;
export const SINCE = "(?:以来|至今|到现在|到目前|迄今|截至目前|截止目前|截至现在|截止现在|起|开始)";
export const TO = "\\s*(?:到|至|[-~～—])\\s*";
export const WEEK = "(?:周|星期|礼拜)";
/** `周一`, `星期星期一`. */
export const WEEKDAY = `${WEEK}${WEEK}?([一二三四五六日天1-7])`;
/** No part of a longer word of time may stand before a period. */
export const ALONE = "(?<![上下大小])";
export const NOT_EVERY = "(?<![上下大小每个各隔])";
