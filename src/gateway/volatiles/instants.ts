/** How instants are spelt in prompts. */

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const DAY = 24 * 60 * MINUTE;

/** Milliseconds since the epoch: from the first on, up to but without the second. */
export interface Period {
  from: number;
  to: number;
}

/** With a time of day, with a weekday, as a date alone, as a month alone. */
export const INSTANT_KINDS = ["time", "weekday", "date", "month"] as const;
export type InstantKind = (typeof INSTANT_KINDS)[number];

/** An instant as a text has it: the period that the text leaves open. */
interface SpeltInstant extends Period {
  kind: InstantKind;
  /** The spelling without its values: two texts of one form show the same instant alike. */
  form: string;
}

const MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December";
const WEEKDAYS = "Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday";

/**
 * Bounded, so that no part of a longer number or date is taken for an instant. A date that a time of day follows is only
 * taken with it.
 */
const ISO =
  /(?<![\w.-])(?<date>\d{4}-\d\d-\d\d)(?:(?<separator>[T ])(?<minutes>\d\d:\d\d)(?:(?<seconds>:\d\d)(?<fraction>\.\d{1,9})?)?(?<zone>Z|[+-]\d\d:?\d\d| UTC)?)?(?![\w-]|[:.]\d|[ T]\d\d:\d\d)/;
const WORDS = `(?<!\\w)(?:(?<weekday>${WEEKDAYS}),? )?(?:(?<month>${MONTHS}) (?<day>\\d{1,2}), (?<year>\\d{4})|(?<dayFirst>\\d{1,2}) (?<monthSecond>${MONTHS}) (?<yearLast>\\d{4})|(?<monthOnly>${MONTHS}) (?<yearOnly>\\d{4}))(?!\\w)`;

/** Finds instants in a text; {@link readInstant} reads the groups of what it found. */
export const INSTANT = new RegExp(`${ISO.source}|${WORDS}`, "g");

/** @returns `undefined` when it is no instant of the calendar. */
export function readInstant(groups: Record<string, string | undefined>): SpeltInstant | undefined {
  return groups.date === undefined ? readWords(groups) : readIso(groups.date, groups);
}

function readIso(date: string, groups: Record<string, string | undefined>): SpeltInstant | undefined {
  const { separator, minutes, seconds, fraction, zone } = groups;
  if (minutes === undefined) return spelt("date", "date", `${date}T00:00:00Z`, DAY);
  // As many digits as JavaScript's own clock has.
  const digits = fraction === undefined ? "" : fraction.slice(0, 4).padEnd(4, "0");
  const offset = zone === undefined || zone === " UTC" ? "Z" : zone;
  const form = [separator === "T" ? "T" : "blank", seconds && "seconds", zone?.trim()]
    .filter(Boolean)
    .join(" ");
  const length = seconds === undefined ? MINUTE : fraction === undefined ? SECOND : 1;
  return spelt("time", form, `${date}T${minutes}${seconds ?? ":00"}${digits}${offset}`, length);
}

function readWords(groups: Record<string, string | undefined>): SpeltInstant | undefined {
  const { weekday, month, day, year, monthSecond, dayFirst, yearLast, monthOnly, yearOnly } = groups;
  const prefix = weekday === undefined ? "" : "weekday, ";
  const kind = weekday === undefined ? "date" : "weekday";
  if (month !== undefined)
    return spelt(kind, `${prefix}month day, year`, `${month} ${day}, ${year} UTC`, DAY);
  if (monthSecond !== undefined) {
    return spelt(kind, `${prefix}day month year`, `${monthSecond} ${dayFirst}, ${yearLast} UTC`, DAY);
  }
  const first = new Date(`${monthOnly} 1, ${yearOnly} UTC`);
  const next = Date.UTC(first.getUTCFullYear(), first.getUTCMonth() + 1);
  return { kind: "month", form: `${prefix}month year`, from: first.getTime(), to: next };
}

function spelt(kind: InstantKind, form: string, text: string, length: number): SpeltInstant | undefined {
  const from = Date.parse(text);
  return Number.isNaN(from) ? undefined : { kind, form, from, to: from + length };
}
