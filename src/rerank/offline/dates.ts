import type { RerankCandidate } from "../types.ts";

/** How much a fact of the days that the query names is raised. */
const WITHIN = 1.5;
const DAY_MS = 86_400_000;
/** What happened is told in the days after it. */
const TOLD_AFTER_DAYS = 7;

/** Factors for the scores, by whether a fact happened in the query's window or was told then or soon after. */
export function dateFactors(
  candidates: readonly RerankCandidate[],
  window: { from: Date; to: Date } | undefined,
): number[] {
  if (!window) return candidates.map(() => 1);
  const from = window.from.getTime();
  const to = window.to.getTime();
  return candidates.map(({ occurredStart, occurredEnd, mentionedAt }) => {
    const begin = (occurredStart ?? occurredEnd)?.getTime();
    const end = (occurredEnd ?? occurredStart)?.getTime();
    const happened = begin !== undefined && end !== undefined && begin <= to && end >= from;
    const told = mentionedAt?.getTime();
    const wasTold = told !== undefined && told >= from && told <= to + TOLD_AFTER_DAYS * DAY_MS;
    return happened || wasTold ? WITHIN : 1;
  });
}
