import type { Queryable } from "./database.ts";

/** A name as Postgres folds its case, which is what makes two names the same entity. */
export interface KnownName {
  /** The name in lower case. */
  key: string;
  /** null: the bank has no such entity. */
  entityId: string | null;
}

/** Looks up names in any case. @returns one row per name, in order. */
export async function findEntitiesByName(
  db: Queryable,
  bankKey: string,
  names: readonly string[],
): Promise<KnownName[]> {
  const { rows } = await db.query<KnownName>(
    `SELECT lower(n.name) AS key, e.entity_id AS "entityId"
     FROM unnest($2::text[]) WITH ORDINALITY AS n (name, number)
     LEFT JOIN entities e ON e.bank_key = $1 AND lower(e.canonical_name) = lower(n.name)
     ORDER BY n.number`,
    [bankKey, names],
  );
  return rows;
}

export interface EntityMentions {
  entityId: string;
  /** Of an entity that is new. */
  canonicalName: string;
  /** How many facts mention it. */
  count: number;
  firstSeen: Date;
  lastSeen: Date;
}

/** Counts mentions of entities, and makes those that are new. Each entity occurs once. */
export async function addMentions(
  db: Queryable,
  bankKey: string,
  mentions: readonly EntityMentions[],
): Promise<void> {
  await db.query(
    `INSERT INTO entities AS e (bank_key, entity_id, canonical_name, mention_count, first_seen, last_seen)
     SELECT $1, * FROM unnest($2::uuid[], $3::text[], $4::int[], $5::timestamptz[], $6::timestamptz[])
     ON CONFLICT (bank_key, entity_id) DO UPDATE SET mention_count = e.mention_count + excluded.mention_count,
       last_seen = greatest(e.last_seen, excluded.last_seen)`,
    [
      bankKey,
      mentions.map((mention) => mention.entityId),
      mentions.map((mention) => mention.canonicalName),
      mentions.map((mention) => mention.count),
      mentions.map((mention) => mention.firstSeen),
      mentions.map((mention) => mention.lastSeen),
    ],
  );
}

/** Which entities a unit mentions: one pair per mention. */
export async function insertUnitEntities(
  db: Queryable,
  bankKey: string,
  pairs: readonly { unitId: string; entityId: string }[],
): Promise<void> {
  await db.query(
    "INSERT INTO unit_entities (bank_key, unit_id, entity_id) SELECT $1, * FROM unnest($2::uuid[], $3::uuid[])",
    [bankKey, pairs.map((pair) => pair.unitId), pairs.map((pair) => pair.entityId)],
  );
}

/**
 * Takes the mentions of a document's facts back, before the facts are deleted.
 * @returns the entities concerned.
 */
export async function takeMentionsBack(
  db: Queryable,
  bankKey: string,
  documentId: string,
): Promise<string[]> {
  const { rows } = await db.query<{ entityId: string }>(
    `UPDATE entities e SET mention_count = greatest(e.mention_count - m.count, 0)
     FROM (SELECT ue.entity_id, count(*)::int AS count FROM memory_units u JOIN unit_entities ue USING (bank_key, unit_id)
       WHERE u.bank_key = $1 AND u.document_id = $2 GROUP BY ue.entity_id) m
     WHERE e.bank_key = $1 AND e.entity_id = m.entity_id
     RETURNING e.entity_id AS "entityId"`,
    [bankKey, documentId],
  );
  return rows.map((row) => row.entityId);
}

/** Deletes those of the entities that no unit mentions any more. */
export async function deleteUnmentioned(
  db: Queryable,
  bankKey: string,
  entityIds: readonly string[],
): Promise<void> {
  await db.query(
    `DELETE FROM entities e WHERE bank_key = $1 AND entity_id = ANY($2::uuid[]) AND NOT EXISTS
       (SELECT FROM unit_entities ue WHERE ue.bank_key = e.bank_key AND ue.entity_id = e.entity_id)`,
    [bankKey, entityIds],
  );
}
