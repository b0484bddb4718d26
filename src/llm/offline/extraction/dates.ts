import type { ParsedResult } from "chrono-node/en";
import {
  addDays,
  type Day,
  dayAt,
  isBefore,
  isoOf,
  lastOfMonth,
  spellDay,
  spellMonth,
  two,
  weekdayOf,
} from "./calendar.ts";

/** When a text was written, which its relative dates are counted from. */
export interface Reference {
  instant: Date;
  offsetMinutes: number;
}

export interface FoundDate {
  /** In words, such as "June 2, 2023", "June 2023" or "2023". */
  words: string;
  /** ISO 8601 with the reference's offset. */
  start: string;
  /** null: the same as the start. */
  end: string | null;
}

type Tense = "past" | "future" | "other";

export interface DateReader {
  /** The first date that a sentence names. Without a reference only those count that say their year. */
  find(sentence: string, reference: Reference | undefined, tense: Tense): FoundDate | undefined;
  /** The day that a message's stamp or a turn's date names; undefined when it names none. */
  readStamp(text: string, reference: Reference | undefined): Reference | undefined;
  /** The same of a heading, which has to be a date and nothing else. */
  readHeading(text: string, reference: Reference | undefined): Reference | undefined;
}

type Components = ParsedResult["start"];
type Parse = (text: string, reference: Reference) => ParsedResult[];

const UNKNOWN: Reference = { instant: new Date(0), offsetMinutes: 0 };
const DAY_WORDS = /\b(?:today|tonight|yesterday|tomorrow|this (?:morning|afternoon|evening)|last night)\b/i;

let reader: Promise<DateReader> | undefined;

/** Loads the parser of dates with the first text. */
export function loadDateReader(): Promise<DateReader> {
  reader ??= import("chrono-node/en").then(({ casual }) => {
    const parse: Parse = (text, { instant, offsetMinutes }) =>
      casual.parse(text, { instant, timezone: offsetMinutes });
    return {
      find: (sentence, reference, tense) => findDate(parse, sentence, reference, tense),
      readStamp: (text, reference) => toReference(findStamp(parse, text, reference), reference),
      readHeading: (text, reference) => {
        const stamp = findStamp(parse, text, reference);
        return stamp && isHeading(text.replace(stamp.text, " ")) ? toReference(stamp, reference) : undefined;
      },
    };
  });
  return reader;
}

function findDate(
  parse: Parse,
  sentence: string,
  reference: Reference | undefined,
  tense: Tense,
): FoundDate | undefined {
  const usable = parse(sentence, reference ?? UNKNOWN).find((result) => isDate(result, sentence, reference));
  const span = usable ? spanOf(usable, reference ?? UNKNOWN, tense) : yearAlone(sentence);
  if (!span) return undefined;
  const offset = reference?.offsetMinutes ?? 0;
  return {
    words: span.words,
    start: isoOf(span.start, span.time ?? "00:00:00", offset),
    end: span.end ? isoOf(span.end, "23:59:59", offset) : null,
  };
}

/** Whether what was found is a date indeed, and can be told from what is known. */
function isDate(result: ParsedResult, sentence: string, reference: Reference | undefined): boolean {
  const { start, text, index } = result;
  if (!reference && !/\d{4}/.test(text)) return false;
  const isDay = (["day", "month", "year", "weekday"] as const).some((unit) => start.isCertain(unit));
  if (!isDay && !DAY_WORDS.test(text)) return false;
  const before = sentence.slice(0, index).toLowerCase();
  if (/^(?:right )?now$/i.test(text)) return false;
  // How long something takes, or what is repeated.
  if (/^for\b/i.test(text) || /\b(?:every|each)\s+$/.test(before)) return false;
  // "May" and "march" are words, and April may be a person.
  if (/^\p{L}+$/u.test(text) && start.isCertain("month") && !start.isCertain("day")) {
    return /\b(?:in|since|until|till|by|of|from|during|last|next|this|early|mid|late)[\s-]+$/.test(before);
  }
  return !/^(?:sat|sun|mon|wed|second)$/.test(text);
}

/** A day, or several. */
interface Span {
  words: string;
  start: Day;
  /** The last day; undefined: there is only one. */
  end?: Day;
  /** Of the day, as `17:00:00`. */
  time?: string;
}

function spanOf({ start, end, text }: ParsedResult, reference: Reference, tense: Tense): Span {
  const today = dayAt(reference.instant, reference.offsetMinutes);
  if (end) {
    // "From 1 July to 15 July" is taken for one o'clock; its end is right.
    return start.isCertain("day") ? days(dayOf(start), dayOf(end)) : oneDay(dayOf(end));
  }
  if (/^(?:last|past)\b.*\b(?:days|weeks|months|years)$/i.test(text)) return days(dayOf(start), today);
  const day = nearest(start, text, today, tense);
  if (/\bweekend\b/i.test(text)) {
    const saturday = addDays(day, weekdayOf(day) === 0 ? -1 : 6 - weekdayOf(day));
    return days(saturday, addDays(saturday, 1));
  }
  if (/\b(?:last|this|next|past) week\b/i.test(text)) {
    const monday = addDays(day, -((weekdayOf(day) + 6) % 7));
    return days(monday, addDays(monday, 6));
  }
  const namesDay = start.isCertain("day") || start.isCertain("weekday") || DAY_WORDS.test(text);
  if (!namesDay && start.isCertain("month")) {
    return { words: spellMonth(day), start: { ...day, day: 1 }, end: lastOfMonth(day) };
  }
  if (!namesDay) return wholeYear(day.year);
  if (!start.isCertain("hour")) return oneDay(day);
  const time = `${two(start.get("hour") ?? 0)}:${two(start.get("minute") ?? 0)}`;
  return { words: `${spellDay(day)} at ${time}`, start: day, time: `${time}:00` };
}

/** The day of a reference, as the date of what is told of it. */
export function dateOfDay({ instant, offsetMinutes }: Reference): FoundDate {
  const day = dayAt(instant, offsetMinutes);
  return { words: spellDay(day), start: isoOf(day, "00:00:00", offsetMinutes), end: null };
}

function oneDay(day: Day): Span {
  return { words: spellDay(day), start: day };
}

function days(start: Day, end: Day): Span {
  return { words: `${spellDay(start)} to ${spellDay(end)}`, start, end };
}

function wholeYear(year: number): Span {
  return { words: String(year), start: { year, month: 1, day: 1 }, end: { year, month: 12, day: 31 } };
}

function dayOf(components: Components): Day {
  return {
    year: components.get("year") ?? 1970,
    month: components.get("month") ?? 1,
    day: components.get("day") ?? 1,
  };
}

/** Which of the days that fit is meant: the last one where the sentence tells of the past, the next one where it plans. */
function nearest(start: Components, text: string, today: Day, tense: Tense): Day {
  const day = dayOf(start);
  if (start.isCertain("weekday") && !start.isCertain("day")) {
    if (/\b(?:last|next|this|past)\b/i.test(text)) return day;
    const back = (weekdayOf(today) - weekdayOf(day) + 7) % 7;
    return addDays(today, tense === "past" ? -(back || 7) : 7 - back);
  }
  if (start.isCertain("year") || !start.isCertain("month")) return day;
  const latest = start.isCertain("day") ? day : lastOfMonth(day);
  if (tense === "past" && isBefore(today, day)) return { ...day, year: day.year - 1 };
  if (tense === "future" && isBefore(latest, today)) return { ...day, year: day.year + 1 };
  return day;
}

const YEAR =
  /\b(in|since|during|of|from|until|till|by|around|early|late|mid|seit|depuis|desde|dal)[\s-]((?:19|20)\d\d)\b(?![-/.]?\d|%)/i;

function yearAlone(sentence: string): Span | undefined {
  const [, word = "", year] = YEAR.exec(sentence) ?? [];
  if (year === undefined) return undefined;
  const { words, start, end } = wholeYear(Number(year));
  // What began then lasts.
  return /^(?:since|seit|depuis|desde|dal)$/i.test(word) || !end ? { words, start } : { words, start, end };
}

function findStamp(parse: Parse, text: string, reference: Reference | undefined): ParsedResult | undefined {
  return parse(text, reference ?? UNKNOWN).find(
    ({ start }) =>
      start.isCertain("day") && start.isCertain("month") && (reference || start.isCertain("year")),
  );
}

/** Whether what stands beside a date in a heading adds nothing to it. */
function isHeading(rest: string): boolean {
  const words = rest.toLowerCase().match(/\p{L}+/gu) ?? [];
  return words.every((word) =>
    /^(?:date|day|session|entry|diary|conversation|chat|on|of|the|am|pm|utc|\p{L}+day)$/u.test(word),
  );
}

function toReference(
  stamp: ParsedResult | undefined,
  reference: Reference | undefined,
): Reference | undefined {
  if (!stamp) return undefined;
  const { start } = stamp;
  const own = start.isCertain("timezoneOffset") ? start.get("timezoneOffset") : undefined;
  const offsetMinutes = own ?? reference?.offsetMinutes ?? 0;
  const hour = start.isCertain("hour") ? (start.get("hour") ?? 12) : 12;
  const { year, month, day } = dayOf(start);
  const wall = Date.UTC(year, month - 1, day, hour, start.get("minute") ?? 0);
  return { instant: new Date(wall - offsetMinutes * 60_000), offsetMinutes };
}
