import type { Queryable } from "./database.ts";

/**
 * Takes one mention back from every entity of every unit, before the units go or are given other entities. The entities are
 * noted: perhaps nobody mentions them then.
 */
export async function releaseEntities(
  db: Queryable,
  bankKey: string,
  unitIds: readonly string[],
): Promise<void> {
  await db.query(
    `WITH released AS MATERIALIZED (
       SELECT entity_id, count(*)::int AS count FROM unit_entities
       WHERE bank_key = $1 AND unit_id = ANY ($2::uuid[]) GROUP BY entity_id),
     noted AS (
       INSERT INTO entity_queue (bank_key, entity_id) SELECT $1, entity_id FROM released ON CONFLICT DO NOTHING)
     UPDATE entities e SET mention_count = greatest(e.mention_count - r.count, 0)
     FROM released r WHERE e.bank_key = $1 AND e.entity_id = r.entity_id`,
    [bankKey, unitIds],
  );
}

/** Takes up to `limit` of the noted entities off the queue. */
export async function takeReleased(db: Queryable, bankKey: string, limit: number): Promise<string[]> {
  const { rows } = await db.query<{ entityId: string }>(
    `DELETE FROM entity_queue WHERE bank_key = $1 AND entity_id IN (
       SELECT entity_id FROM entity_queue WHERE bank_key = $1 ORDER BY entity_id LIMIT $2)
     RETURNING entity_id AS "entityId"`,
    [bankKey, limit],
  );
  return rows.map(({ entityId }) => entityId);
}

/** Deletes those of the entities that no unit mentions any more. */
export async function deleteUnmentioned(
  db: Queryable,
  bankKey: string,
  entityIds: readonly string[],
): Promise<void> {
  await db.query(
    `DELETE FROM entities e WHERE bank_key = $1 AND entity_id = ANY ($2::uuid[]) AND NOT EXISTS
       (SELECT FROM unit_entities u WHERE u.bank_key = e.bank_key AND u.entity_id = e.entity_id)`,
    [bankKey, entityIds],
  );
}

/** Deletes what says that one of these entities was mentioned with another, where no unit mentions both any more. */
export async function deleteStaleCooccurrences(
  db: Queryable,
  bankKey: string,
  entityIds: readonly string[],
): Promise<void> {
  await db.query(
    `WITH incident AS MATERIALIZED (
       SELECT entity_id, other_id FROM entity_cooccurrences WHERE bank_key = $1 AND entity_id = ANY ($2::uuid[])
       UNION
       SELECT entity_id, other_id FROM entity_cooccurrences WHERE bank_key = $1 AND other_id = ANY ($2::uuid[])),
     live AS MATERIALIZED (
       SELECT DISTINCT least(a.entity_id, b.entity_id) AS entity_id, greatest(a.entity_id, b.entity_id) AS other_id
       FROM unit_entities a JOIN unit_entities b USING (bank_key, unit_id)
       WHERE bank_key = $1 AND a.entity_id = ANY ($2::uuid[]) AND b.entity_id <> a.entity_id)
     DELETE FROM entity_cooccurrences c USING incident i
     WHERE c.bank_key = $1 AND c.entity_id = i.entity_id AND c.other_id = i.other_id AND NOT EXISTS
       (SELECT FROM live l WHERE l.entity_id = i.entity_id AND l.other_id = i.other_id)`,
    [bankKey, entityIds],
  );
}
