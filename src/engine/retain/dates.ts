import type { ExtractedFact } from "./facts.ts";
import { addMilliseconds, type Moment, parseIso } from "./moment.ts";

/** When a fact happened and when it was told of, as far as known. */
export interface FactDates {
  occurredStart: Moment | null;
  occurredEnd: Moment | null;
  mentionedAt: Moment | null;
}

/** What keeps the facts of one text in their order when they are sorted by date. */
const STEP_MS = 10;

/**
 * Dates a fact: what cannot be read is no date, each bound on its own.
 *
 * @param mentionedAt the item's date; null when it has none.
 * @param index the fact's place among the facts of its chunk: later ones are dated 10 ms apart.
 */
export function dateFact(fact: ExtractedFact, mentionedAt: Moment | null, index: number): FactDates {
  const shift = (moment: Moment | null) => moment && addMilliseconds(moment, index * STEP_MS);
  return {
    occurredStart: shift(parseDate(fact.occurredStart)),
    occurredEnd: shift(parseDate(fact.occurredEnd)),
    mentionedAt: shift(mentionedAt),
  };
}

function parseDate(text: string | undefined): Moment | null {
  return (text !== undefined && parseIso(text)) || null;
}
