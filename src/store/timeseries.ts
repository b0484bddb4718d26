import type { Queryable } from "./database.ts";

export const SERIES_TIME_FIELDS = ["created_at", "mentioned_at", "occurred_start"] as const;
export type SeriesTimeField = (typeof SERIES_TIME_FIELDS)[number];
export type SeriesUnit = "minute" | "hour" | "day";

/** How many units of a fact type belong to the stretch of time that begins at `time`. */
export interface SeriesCount {
  time: Date;
  factType: string;
  count: number;
}

/** A bank's memory units by time and type, from `since` on. A unit without the time counts by its creation. */
export async function countUnitsByTime(
  db: Queryable,
  bankKey: string,
  { timeField, unit, since }: { timeField: SeriesTimeField; unit: SeriesUnit; since: Date },
): Promise<SeriesCount[]> {
  const { rows } = await db.query<SeriesCount>(
    `SELECT date_trunc($2, coalesce(${timeField}, created_at), 'UTC') AS time, fact_type AS "factType", count(*)::int
     FROM memory_units WHERE bank_key = $1 AND coalesce(${timeField}, created_at) >= $3
     GROUP BY 1, 2`,
    [bankKey, unit, since],
  );
  return rows;
}
