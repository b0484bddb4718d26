import { formatAsWritten, type Moment, midnight } from "./moment.ts";

/** Words that date an event, in days from the item's date. The first that occurs counts. */
const RELATIVE_WORDS: readonly [words: string, days: number][] = [
  ["last night", -1],
  ["yesterday", -1],
  ["today", 0],
  ["this morning", 0],
  ["this afternoon", 0],
  ["this evening", 0],
  // Misspelt as well.
  ["tonigh?t", 0],
  ["tomorrow", 1],
  ["last week", -7],
  ["this week", 0],
  ["next week", 7],
  ["last month", -30],
  ["this month", 0],
  ["next month", 30],
];

const PATTERNS = RELATIVE_WORDS.map(
  ([words, days]) => [new RegExp(`(?<![\\p{L}\\p{N}_])${words}(?![\\p{L}\\p{N}_])`, "u"), days] as const,
);

/**
 * The day that a relative word in a text comes to, at midnight in the offset of the date that it is counted from, as ISO 8601.
 * @returns undefined when there is no such word, or no date.
 */
export function relativeDate(text: string, date: Moment | null): string | undefined {
  const lower = text.toLowerCase();
  const word = date && PATTERNS.find(([pattern]) => pattern.test(lower));
  return word ? formatAsWritten(midnight(date, word[1])) : undefined;
}
