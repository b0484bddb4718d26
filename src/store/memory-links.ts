import type { Queryable } from "./database.ts";

type LinkType = "semantic" | "temporal" | "caused_by";

/** A directed link between two facts of a bank. */
export interface MemoryLink {
  fromUnitId: string;
  toUnitId: string;
  linkType: LinkType;
  /** 0 to 1. */
  weight: number;
}

const ROWS_PER_STATEMENT = 10_000;

/** Stores links. One that is there already keeps its weight; one whose fact is gone is left out. */
export async function insertLinks(
  db: Queryable,
  bankKey: string,
  links: readonly MemoryLink[],
  now: Date,
): Promise<void> {
  for (let start = 0; start < links.length; start += ROWS_PER_STATEMENT) {
    const batch = links.slice(start, start + ROWS_PER_STATEMENT);
    await db.query(
      `INSERT INTO memory_links (bank_key, from_unit_id, to_unit_id, link_type, weight, created_at)
       SELECT $1, l.from_id, l.to_id, l.type, l.weight, $6
       FROM unnest($2::uuid[], $3::uuid[], $4::text[], $5::real[]) AS l (from_id, to_id, type, weight)
       JOIN memory_units f ON f.bank_key = $1 AND f.unit_id = l.from_id
       JOIN memory_units t ON t.bank_key = $1 AND t.unit_id = l.to_id
       ORDER BY l.from_id, l.type, l.to_id ON CONFLICT DO NOTHING`,
      [
        bankKey,
        batch.map((link) => link.fromUnitId),
        batch.map((link) => link.toUnitId),
        batch.map((link) => link.linkType),
        batch.map((link) => link.weight),
        now,
      ],
    );
  }
}

/** Removes the links from and to these facts that can be found again. */
export async function deleteFoundLinks(
  db: Queryable,
  bankKey: string,
  unitIds: readonly string[],
): Promise<void> {
  await db.query(
    `DELETE FROM memory_links WHERE bank_key = $1 AND link_type IN ('semantic', 'temporal')
       AND (from_unit_id = ANY ($2::uuid[]) OR to_unit_id = ANY ($2::uuid[]))`,
    [bankKey, unitIds],
  );
}

/** How many links of each kind lead away from each of the facts. */
export async function countLinks(
  db: Queryable,
  bankKey: string,
  unitIds: readonly string[],
): Promise<Map<string, { semantic: number; temporal: number }>> {
  const { rows } = await db.query<{ unitId: string; semantic: number; temporal: number }>(
    `SELECT from_unit_id AS "unitId", (count(*) FILTER (WHERE link_type = 'semantic'))::int AS semantic,
       (count(*) FILTER (WHERE link_type = 'temporal'))::int AS temporal
     FROM memory_links WHERE bank_key = $1 AND from_unit_id = ANY ($2::uuid[]) GROUP BY from_unit_id`,
    [bankKey, unitIds],
  );
  return new Map(rows.map(({ unitId, ...counts }) => [unitId, counts]));
}

/** A fact's neighbour in time, of the same type. */
export interface TemporalNeighbour {
  fromUnitId: string;
  toUnitId: string;
  /** Between the two, in hours. */
  hours: number;
}

/**
 * For each of the facts that has a date its nearest in time of the same type: so many at or before it, and so many after.
 * Among those of one date ids decide, in the direction in which the index is read: there may be very many.
 */
export async function nearestInTime(
  db: Queryable,
  bankKey: string,
  unitIds: readonly string[],
  perSide: number,
): Promise<TemporalNeighbour[]> {
  const side = (comparison: string, order: string) =>
    `(SELECT n.unit_id, n.event_date FROM memory_units n
      WHERE n.bank_key = u.bank_key AND n.fact_type = u.fact_type AND n.unit_id <> u.unit_id
        AND n.event_date ${comparison} u.event_date
      ORDER BY n.event_date ${order}, n.unit_id ${order} LIMIT $3)`;
  const { rows } = await db.query<TemporalNeighbour>(
    `SELECT u.unit_id AS "fromUnitId", n.unit_id AS "toUnitId",
       (abs(extract(epoch FROM n.event_date - u.event_date)) / 3600)::float8 AS hours
     FROM memory_units u, LATERAL (${side("<=", "DESC")} UNION ALL ${side(">", "ASC")}) AS n
     WHERE u.bank_key = $1 AND u.unit_id = ANY ($2::uuid[]) AND u.event_date IS NOT NULL
     ORDER BY u.unit_id, hours, n.unit_id`,
    [bankKey, unitIds, perSide],
  );
  return rows;
}
