import type { Queryable } from "./database.ts";

/** Deletes all observations of the bank; their sources are to be consolidated again. @returns how many there were. */
export async function clearObservations(db: Queryable, bankKey: string): Promise<number> {
  const { rowCount } = await db.query(
    "DELETE FROM memory_units WHERE bank_key = $1 AND fact_type = 'observation'",
    [bankKey],
  );
  await db.query(
    `UPDATE memory_units SET consolidated_at = NULL, consolidated_scopes = NULL
     WHERE bank_key = $1 AND fact_type <> 'observation'
       AND (consolidated_at IS NOT NULL OR consolidated_scopes IS NOT NULL)`,
    [bankKey],
  );
  return rowCount ?? 0;
}

/** Lets facts that could not be consolidated be tried again. @returns how many there were. */
export async function recoverFailed(db: Queryable, bankKey: string): Promise<number> {
  const { rowCount } = await db.query(
    `UPDATE memory_units SET consolidated_at = NULL, consolidation_failed_at = NULL
     WHERE bank_key = $1 AND fact_type <> 'observation' AND consolidation_failed_at IS NOT NULL`,
    [bankKey],
  );
  return rowCount ?? 0;
}

/** A set of tags, sorted, that observations have, and how many have it. */
export interface ObservationScope {
  tags: string[];
  count: number;
}

/** A page of the scopes that the bank's observations are in, the most populous first, and how many there are. */
export async function listObservationScopes(
  db: Queryable,
  bankKey: string,
  { limit, offset }: { limit: number; offset: number },
): Promise<{ total: number; scopes: ObservationScope[] }> {
  const scopes = `SELECT tags, count(*)::int AS count FROM (
      SELECT ARRAY(SELECT tag COLLATE "C" FROM unnest(tags) AS tag ORDER BY 1) AS tags
      FROM memory_units WHERE bank_key = $1 AND fact_type = 'observation') AS sorted GROUP BY tags`;
  const [page, count] = await Promise.all([
    db.query<ObservationScope>(`${scopes} ORDER BY count DESC, tags LIMIT $2 OFFSET $3`, [
      bankKey,
      limit,
      offset,
    ]),
    db.query<{ total: number }>(`SELECT count(*)::int AS total FROM (${scopes}) AS scopes`, [bankKey]),
  ]);
  return { total: count.rows[0]?.total ?? 0, scopes: page.rows };
}
