import type { ExtractedFact } from "./facts.ts";
import { addMilliseconds, type Moment, midnight, parseIso } from "./moment.ts";

/** When a fact happened and when it was told of, as far as known. */
export interface FactDates {
  occurredStart: Moment | null;
  occurredEnd: Moment | null;
  mentionedAt: Moment | null;
}

/** Words that date an event, in days from the item's date. The first that occurs counts. */
const RELATIVE_WORDS: readonly [RegExp, number][] = [
  [/\blast night\b/i, -1],
  [/\byesterday\b/i, -1],
  [/\btoday\b/i, 0],
  [/\bthis (?:morning|afternoon|evening)\b/i, 0],
  [/\btonight\b/i, 0],
  [/\btomorrow\b/i, 1],
  [/\blast week\b/i, -7],
  [/\bthis week\b/i, 0],
  [/\bnext week\b/i, 7],
  [/\blast month\b/i, -30],
  [/\bthis month\b/i, 0],
  [/\bnext month\b/i, 30],
];

/** What keeps the facts of one text in their order when they are sorted by date. */
const STEP_MS = 10;

/**
 * Dates a fact. Only an event has a time of its own: the model's, or what a relative word in its text comes to, counted
 * from the item's date in the item's own offset.
 *
 * @param mentionedAt the item's date; null when it has none.
 * @param index the fact's place among the facts of its chunk: later ones are dated 10 ms apart.
 */
export function dateFact(fact: ExtractedFact, mentionedAt: Moment | null, index: number): FactDates {
  const start = fact.isEvent ? (parseDate(fact.occurredStart) ?? relativeDate(fact, mentionedAt)) : null;
  const end = fact.isEvent ? (parseDate(fact.occurredEnd) ?? start) : null;
  const shift = (moment: Moment | null) => moment && addMilliseconds(moment, index * STEP_MS);
  return { occurredStart: shift(start), occurredEnd: shift(end), mentionedAt: shift(mentionedAt) };
}

function parseDate(text: string | undefined): Moment | null {
  return (text !== undefined && parseIso(text)) || null;
}

function relativeDate(fact: ExtractedFact, mentionedAt: Moment | null): Moment | null {
  if (mentionedAt === null) return null;
  const word = RELATIVE_WORDS.find(([pattern]) => pattern.test(fact.text));
  return word ? midnight(mentionedAt, word[1]) : null;
}
