import type { UnitDates } from "../../../store/temporal-links.ts";
import type { DateWindow } from "../../../store/vectors/date-window.ts";

/** Where the temporal arm sets out, for each type. */
const MAX_ENTRY_POINTS = 10;
/** Equal parts of the window, over which the entry points are spread. */
const BUCKETS = 8;

/**
 * Picks the entry points from facts in a window, the most similar first: of each part of the window the best, then of each the
 * second, and so on.
 */
export function spreadOverWindow<Fact extends UnitDates>(pool: readonly Fact[], window: DateWindow): Fact[] {
  if (pool.length <= MAX_ENTRY_POINTS) return [...pool];
  const ranks = new Map<number, number>();
  return pool
    .map((fact, place) => {
      const bucket = bucketOf(fact, window);
      const rank = ranks.get(bucket) ?? 0;
      ranks.set(bucket, rank + 1);
      return { fact, rank, place };
    })
    .sort((a, b) => a.rank - b.rank || a.place - b.place)
    .slice(0, MAX_ENTRY_POINTS)
    .map(({ fact }) => fact);
}

function bucketOf(
  { occurredStart, occurredEnd, mentionedAt }: UnitDates,
  { start, end }: DateWindow,
): number {
  const date = occurredStart ?? mentionedAt ?? occurredEnd;
  const length = end.getTime() - start.getTime();
  if (!date || length <= 0) return 0;
  const part = Math.trunc(((date.getTime() - start.getTime()) / length) * BUCKETS);
  return Math.max(0, Math.min(part, BUCKETS - 1));
}
