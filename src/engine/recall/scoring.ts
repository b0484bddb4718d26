import type { MemoryRow } from "../../store/recalled-rows.ts";

const DAY_MS = 86_400_000;
/** What a boost counts from: a fact with this value is neither raised nor lowered. */
const NEUTRAL = 0.5;
const RECENCY_WEIGHT = 0.2;
const TEMPORAL_WEIGHT = 0.2;
const PROOF_WEIGHT = 0.1;

type Dated = Pick<MemoryRow, "occurredStart" | "occurredEnd" | "mentionedAt">;

/** How facts grow old. */
export interface RecencyDecay {
  recencyDecay: "linear" | "exponential" | "none";
  recencyWindowDays: number;
  recencyHalfLifeDays: number;
}

/** How recent a fact is, 0 to 1: 1 now and in the future, 0.5 without a date. */
export function recency(fact: Dated, now: Date, decay: RecencyDecay): number {
  const { occurredStart, occurredEnd, mentionedAt } = fact;
  if (occurredStart && occurredEnd && spansMonthOrYear(occurredStart, occurredEnd)) {
    // "In 2023" says little about when in 2023: it counts from its end, and is never a boost.
    return Math.min(NEUTRAL, recencyOf(occurredEnd, now, decay));
  }
  const date = occurredStart ?? mentionedAt ?? occurredEnd;
  return date ? recencyOf(date, now, decay) : NEUTRAL;
}

function recencyOf(date: Date, now: Date, decay: RecencyDecay): number {
  const days = (now.getTime() - date.getTime()) / DAY_MS;
  switch (decay.recencyDecay) {
    case "linear":
      return Math.min(1, Math.max(0.1, 1 - days / decay.recencyWindowDays));
    case "exponential":
      return days <= 0 ? 1 : 0.5 ** (days / decay.recencyHalfLifeDays);
    case "none":
      return NEUTRAL;
  }
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

/** What raises or lowers a fact's score, each from 0 to 1. */
export interface Signals {
  recency: number;
  /** How near the fact is to the middle of the window, where only the temporal arm brought it; otherwise 0.5. */
  temporal: number;
  proof: number;
}

/** The base score, raised or lowered by the signals. It may exceed 1. */
export function combinedScore(base: number, { recency, temporal, proof }: Signals): number {
  return (
    base *
    (1 + RECENCY_WEIGHT * (recency - NEUTRAL)) *
    (1 + TEMPORAL_WEIGHT * (temporal - NEUTRAL)) *
    (1 + PROOF_WEIGHT * (proof - NEUTRAL))
  );
}
