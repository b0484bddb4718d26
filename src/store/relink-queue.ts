import type { Queryable } from "./database.ts";

/** Notes the facts that link to these, and are about to lose the links. */
export async function queueLinkers(
  db: Queryable,
  bankKey: string,
  unitIds: readonly string[],
): Promise<void> {
  await db.query(
    `INSERT INTO relink_queue (bank_key, unit_id)
     SELECT DISTINCT bank_key, from_unit_id FROM memory_links
     WHERE bank_key = $1 AND to_unit_id = ANY ($2::uuid[]) AND NOT from_unit_id = ANY ($2::uuid[])
       AND link_type IN ('semantic', 'temporal')
     ON CONFLICT DO NOTHING`,
    [bankKey, unitIds],
  );
}

/** Notes facts themselves. */
export async function queueRelinks(
  db: Queryable,
  bankKey: string,
  unitIds: readonly string[],
): Promise<void> {
  await db.query(
    "INSERT INTO relink_queue (bank_key, unit_id) SELECT $1, unnest($2::uuid[]) ON CONFLICT DO NOTHING",
    [bankKey, unitIds],
  );
}

/** Up to `limit` of the noted facts. */
export async function listRelinks(db: Queryable, bankKey: string, limit: number): Promise<string[]> {
  const { rows } = await db.query<{ unitId: string }>(
    `SELECT unit_id AS "unitId" FROM relink_queue WHERE bank_key = $1 ORDER BY unit_id LIMIT $2`,
    [bankKey, limit],
  );
  return rows.map(({ unitId }) => unitId);
}

export async function removeRelinks(
  db: Queryable,
  bankKey: string,
  unitIds: readonly string[],
): Promise<void> {
  await db.query("DELETE FROM relink_queue WHERE bank_key = $1 AND unit_id = ANY ($2::uuid[])", [
    bankKey,
    unitIds,
  ]);
}

/** Whether the upkeep of the graph has something to do: facts to be linked, or entities to be looked at. */
export async function hasUpkeep(db: Queryable, bankKey: string): Promise<boolean> {
  const { rows } = await db.query<{ has: boolean }>(
    `SELECT EXISTS (SELECT FROM relink_queue WHERE bank_key = $1)
       OR EXISTS (SELECT FROM entity_queue WHERE bank_key = $1) AS has`,
    [bankKey],
  );
  return rows[0]?.has ?? false;
}
