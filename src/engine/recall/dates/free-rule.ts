import { searchDates } from "./parser/search-dates.ts";
import { type DateReference, fixedSpan, type Span } from "./span.ts";

const MONTHS = new Set(
  "january february march april may june july august september october november december".split(" "),
);
const RELATIVE = new Set("today yesterday tomorrow tonight now".split(" "));
const WEEKDAYS = new Set("monday tuesday wednesday thursday friday saturday sunday".split(" "));
const PERIODS = new Set(
  (
    "last next this past coming ago week weeks month months year years day days hour hours minute minutes quarter decade " +
    "century weekend morning afternoon evening night noon midnight"
  ).split(" "),
);
const TELLING_WORDS = [...MONTHS, ...RELATIVE, ...WEEKDAYS, ...PERIODS];
/** A digit or one of the words above, also inside a longer word. */
const TELLING = new RegExp(`[0-9]|${TELLING_WORDS.join("|")}`);

/** Any other way to say a date: the day of the one that says most. */
export function freeDate(query: string, reference: DateReference): Span | undefined {
  const lower = query.toLowerCase();
  if (!TELLING.test(lower) && !TELLING.test(lower.replace(/[^a-z0-9]+/g, ""))) return undefined;
  const rated = searchDates(query, reference)
    .map((found) => ({ ...found, score: telling(found.text) }))
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score || b.text.length - a.text.length);
  return rated[0] && fixedSpan(rated[0].date);
}

/** How much a text says of a date; 0 where it may be something else: `we` is a Wednesday too, 2019 a number of anything. */
function telling(text: string): number {
  const words = text.toLowerCase().match(/[a-z0-9]+/g) ?? [];
  const numbers = words.filter((word) => /^\d+$/.test(word));
  if (numbers.length === 1 && numbers[0]?.length === 4 && !words.some((word) => TELLING_WORDS.includes(word)))
    return 0;
  const holds = (set: ReadonlySet<string>) => words.some((word) => set.has(word));
  return (
    (words.some((word) => /\d/.test(word)) ? 100 : 0) +
    (holds(MONTHS) ? 50 : 0) +
    (holds(RELATIVE) ? 50 : 0) +
    (holds(WEEKDAYS) ? 30 : 0) +
    (holds(PERIODS) ? 20 : 0)
  );
}
