import type { MemoryRow } from "../../store/recalled-rows.ts";

const DAY_MS = 86_400_000;
/** What a boost counts from: a fact with this value is neither raised nor lowered. */
const NEUTRAL = 0.5;
const RECENCY_WEIGHT = 0.2;
const PROOF_WEIGHT = 0.1;

/** The base score by rank alone, from 1 down to 0.1, for candidates that no reranker scored. */
export function baseByRank(index: number, count: number): number {
  return 1 - (0.9 * index) / Math.max(1, count - 1);
}

type Dated = Pick<MemoryRow, "occurredStart" | "occurredEnd" | "mentionedAt">;

/** How recent a fact is: 1 now and in the future, falling to 0.1 over a year; 0.5 without a date. */
export function recency(fact: Dated, now: Date): number {
  const { occurredStart, occurredEnd, mentionedAt } = fact;
  if (occurredStart && occurredEnd && spansMonthOrYear(occurredStart, occurredEnd)) {
    // "In 2023" says little about when in 2023: it counts from its end, and is never a boost.
    return Math.min(NEUTRAL, recencyOf(occurredEnd, now));
  }
  const date = occurredStart ?? mentionedAt ?? occurredEnd;
  return date ? recencyOf(date, now) : NEUTRAL;
}

function recencyOf(date: Date, now: Date): number {
  const days = (now.getTime() - date.getTime()) / DAY_MS;
  return Math.min(1, Math.max(0.1, 1 - days / 365));
}

/** Whether the interval is as long as its start's month or year, give or take the last day. */
function spansMonthOrYear(start: Date, end: Date): boolean {
  const length = end.getTime() - start.getTime();
  const year = start.getUTCFullYear();
  const month = start.getUTCMonth();
  return [Date.UTC(year, month + 1) - Date.UTC(year, month), Date.UTC(year + 1, 0) - Date.UTC(year, 0)].some(
    (period) => length >= period - DAY_MS && length <= period,
  );
}

/** How well supported an observation is, by the number of facts it was drawn from; 0.5 for facts themselves. */
export function proof(fact: Pick<MemoryRow, "factType" | "proofCount">): number {
  if (fact.factType !== "observation") return NEUTRAL;
  return Math.min(1, Math.max(0, 0.5 + Math.log(Math.max(1, fact.proofCount)) / 10));
}

/** The final score: the base, raised or lowered by recency and proof. It may exceed 1. */
export function finalScore(
  base: number,
  fact: Dated & Pick<MemoryRow, "factType" | "proofCount">,
  now: Date,
): number {
  return (
    base *
    (1 + RECENCY_WEIGHT * (recency(fact, now) - NEUTRAL)) *
    (1 + PROOF_WEIGHT * (proof(fact) - NEUTRAL))
  );
}
