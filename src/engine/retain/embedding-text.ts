import type { FactDates } from "./dates.ts";
import { type Moment, wallClock } from "./moment.ts";

const MONTHS = [
  ["January", "February", "March", "April", "May", "June"],
  ["July", "August", "September", "October", "November", "December"],
].flat();

function monthAndYear(moment: Moment): string {
  const date = wallClock(moment);
  return `${MONTHS[date.getUTCMonth()]} ${date.getUTCFullYear()}`;
}

function dayOf(moment: Moment): string {
  const date = wallClock(moment);
  return `${MONTHS[date.getUTCMonth()]} ${date.getUTCDate()} ${date.getUTCFullYear()}`;
}

/** An end alone does not say when something happened. */
function happened({ occurredStart, occurredEnd, mentionedAt }: FactDates): string {
  const start = occurredStart ?? mentionedAt;
  if (!start) return "";
  if (occurredEnd && occurredEnd.instant.getTime() !== occurredStart?.instant.getTime()) {
    return ` (happened from ${monthAndYear(start)} to ${monthAndYear(occurredEnd)})`;
  }
  return ` (happened in ${monthAndYear(start)})`;
}

/** What a fact's vector is made of: its text, when it happened, and the names that were found in it. */
export function embeddingText(text: string, dates: FactDates, names: readonly string[]): string {
  return text + happened(dates) + (names.length > 0 ? ` [${names.join(", ")}]` : "");
}

/** What keyword search finds beside the text: the names that were found in it, and the days on which it happened. */
export function textSignals({ occurredStart, occurredEnd }: FactDates, names: readonly string[]): string {
  const days = [occurredStart, occurredEnd].filter((moment) => moment !== null).map(dayOf);
  return [...names, ...new Set(days)].join(" ");
}
