import { NO_WINDOW } from "../calendar-rules.ts";
import { addDays } from "../civil.ts";
import type { Span } from "../span.ts";
import { CALENDAR_PERIODS } from "./calendar-periods.ts";
import { COUNTED, COUNTED_EARLIER, COUNTED_FROM_THEN_ON, COUNTED_SINCE } from "./counted.ts";
import {
  DATE,
  DATE_OF_RELATIVE_YEAR,
  DAY_OF_MONTH,
  DAY_OF_RELATIVE_MONTH,
  DAY_OF_RELATIVE_YEAR,
  DAY_PART_OF_RELATIVE_YEAR,
  type Named,
  RELATIVE_DAY,
  RELATIVE_DAY_PART,
  WEEKDAY_OF_WEEK,
} from "./named-days.ts";
import {
  BARE_RELATIVE_YEAR,
  BARE_YEAR,
  PARTS_SINCE,
  PARTS_THEN,
  RELATIVE_MONTH,
  RELATIVE_WEEK,
  RELATIVE_YEAR_MONTH,
  WEEKEND,
  YEAR_MONTH,
} from "./named-periods.ts";
import { clockSpan, dayPartOffset, fixedDayOffset, isAfterDay, onClock } from "./periods.ts";
import { RANGES } from "./ranges.ts";
import {
  BOUNDARY,
  type ChineseRule,
  MONTH_BOUNDARY,
  NOT_CHINESE,
  type Outcome,
  rule,
  SINCE,
} from "./rule.ts";
import { findInContext, hasChinese, simplified } from "./text.ts";

/** Until now; what begins in the future has no end. */
function since({ pattern, read }: Named, otherwise: "stop" | "go on" = "stop"): ChineseRule {
  return rule(`${pattern}${SINCE}`, (groups, reference) => {
    const from = read(groups, reference)?.from;
    if (!from) return otherwise === "stop" ? NOT_CHINESE : undefined;
    return isAfterDay(from.wall, reference) ? NO_WINDOW : { from, to: onClock(reference) };
  });
}

function then({ pattern, read }: Named): ChineseRule {
  return rule(pattern, (groups, reference) => read(groups, reference) ?? NOT_CHINESE);
}

function noWindow(pattern: string): ChineseRule {
  return rule(pattern, () => NO_WINDOW);
}

const DAYS = [DATE, DATE_OF_RELATIVE_YEAR, DAY_OF_RELATIVE_MONTH, DAY_OF_MONTH];

/** Days with a name of their own, without a year. `大前天` is no `前天`. */
const PLAIN_DAYS: ChineseRule[] = [
  ...["昨[晚夜]", "前[晚夜]", "今[晚早晨]", "明[早晚夜]"].map((words) =>
    rule(`(${words})`, ([word = ""], reference) => clockSpan(addDays(reference, dayPartOffset(word)))),
  ),
  then(DAY_OF_RELATIVE_YEAR),
  ...[
    "昨天|昨日",
    "今天|今日|本日|当日|当天",
    "(?<!大)大大后天",
    "(?<!大)大后天",
    "(?<![大小明])后天",
    "明天|明日",
    "(?<!大)大大前天",
    "(?<!大)大前天",
    "(?<![大小])前天",
  ].map((words) =>
    rule(`(${words})`, ([word = ""], reference) => clockSpan(addDays(reference, fixedDayOffset(word)))),
  ),
];

/** The first that a query holds decides. */
const RULES: ChineseRule[] = [
  ...RANGES,
  ...[...DAYS, WEEKDAY_OF_WEEK].map((named) => since(named)),
  ...[...DAYS, WEEKDAY_OF_WEEK].map(({ pattern }) => noWindow(pattern + BOUNDARY)),
  ...DAYS.map(then),
  ...[DAY_OF_RELATIVE_YEAR, RELATIVE_DAY].map((named) => since(named)),
  // A number that is none leaves the query to the next rule.
  since(COUNTED_SINCE, "go on"),
  ...[WEEKEND, RELATIVE_WEEK, RELATIVE_MONTH].map((named) => since(named)),
  ...[YEAR_MONTH, RELATIVE_YEAR_MONTH, BARE_YEAR, BARE_RELATIVE_YEAR].map((named) => since(named)),
  noWindow(YEAR_MONTH.pattern + MONTH_BOUNDARY),
  noWindow(BARE_YEAR.pattern + BOUNDARY),
  noWindow(RELATIVE_YEAR_MONTH.pattern + MONTH_BOUNDARY),
  noWindow(BARE_RELATIVE_YEAR.pattern + BOUNDARY),
  noWindow(RELATIVE_WEEK.pattern + BOUNDARY),
  noWindow(RELATIVE_MONTH.pattern + MONTH_BOUNDARY),
  noWindow(COUNTED_FROM_THEN_ON),
  noWindow(COUNTED_EARLIER),
  since(DAY_PART_OF_RELATIVE_YEAR),
  since(RELATIVE_DAY_PART),
  then(DAY_PART_OF_RELATIVE_YEAR),
  ...PLAIN_DAYS,
  ...COUNTED,
  ...PARTS_SINCE.map((named) => since(named)),
  ...PARTS_THEN.map(then),
  ...CALENDAR_PERIODS,
];

/** The days of a Chinese word of time, by the first rule that finds one. */
export function chinesePhrase(query: string, reference: number): Span | typeof NO_WINDOW | undefined {
  if (!hasChinese(query)) return undefined;
  const text = simplified(query);
  for (const { pattern, read } of RULES) {
    const match = findInContext(pattern, text);
    const outcome: Outcome = match && read(match.slice(1), reference);
    if (outcome === NOT_CHINESE) return undefined;
    if (outcome !== undefined) return outcome;
  }
  return undefined;
}
