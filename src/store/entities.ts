import type { Queryable } from "./database.ts";

/** A name as Postgres folds its case, which is what makes two names the same entity. */
export interface KnownName {
  /** The name in lower case. */
  key: string;
  /** null: the bank has no such entity. */
  entityId: string | null;
  canonicalName: string | null;
  lastSeen: Date | null;
}

/** Looks up names in any case. @returns one row per name, in order. */
export async function findEntitiesByName(
  db: Queryable,
  bankKey: string,
  names: readonly string[],
): Promise<KnownName[]> {
  if (names.length === 0) return [];
  const { rows } = await db.query<KnownName>(
    `SELECT lower(n.name) AS key, e.entity_id AS "entityId", e.canonical_name AS "canonicalName",
       e.last_seen AS "lastSeen"
     FROM unnest($2::text[]) WITH ORDINALITY AS n (name, number)
     LEFT JOIN entities e ON e.bank_key = $1 AND lower(e.canonical_name) = lower(n.name)
     ORDER BY n.number`,
    [bankKey, names],
  );
  return rows;
}

/** An entity whose name is similar to one that is looked for. */
export interface SimilarEntity {
  /** Index of the name. */
  nameIndex: number;
  entityId: string;
  canonicalName: string;
  lastSeen: Date;
}

/** What pg_trgm's operator `%` takes for similar where nobody says otherwise. */
const DEFAULT_THRESHOLD = 0.3;

/**
 * Finds the entities that are most similar to each name by their trigrams, the most similar first. Labels are not among them.
 * It has to run in a transaction.
 */
export async function findSimilarEntities(
  tx: Queryable,
  bankKey: string,
  names: readonly string[],
  { threshold, limit }: { threshold: number; limit: number },
): Promise<SimilarEntity[]> {
  if (names.length === 0) return [];
  if (threshold !== DEFAULT_THRESHOLD) {
    await tx.query("SELECT set_config('pg_trgm.similarity_threshold', $1, true)", [String(threshold)]);
  }
  const { rows } = await tx.query<SimilarEntity>(
    `SELECT n.number::int - 1 AS "nameIndex", e.*
     FROM unnest($2::text[]) WITH ORDINALITY AS n (name, number)
     CROSS JOIN LATERAL (
       SELECT entity_id AS "entityId", canonical_name AS "canonicalName", last_seen AS "lastSeen"
       FROM entities
       WHERE bank_key = $1 AND NOT is_label AND lower(canonical_name) % lower(n.name)
       ORDER BY similarity(lower(canonical_name), lower(n.name)) DESC, entity_id
       LIMIT $3) e`,
    [bankKey, names, limit],
  );
  return rows;
}

/** With whom entities were mentioned. */
export interface Company {
  /** How many others each was mentioned with. */
  degrees: Map<string, number>;
  /** Those of the others, by entity. */
  companions: Map<string, Set<string>>;
}

/** @param others of these it is said whether each of the entities was mentioned with them. */
export async function findCompany(
  db: Queryable,
  bankKey: string,
  entityIds: readonly string[],
  others: readonly string[],
): Promise<Company> {
  const company: Company = { degrees: new Map(), companions: new Map() };
  if (entityIds.length === 0) return company;
  const degrees = await db.query<{ entityId: string; degree: number }>(
    `SELECT id AS "entityId",
       ((SELECT count(*) FROM entity_cooccurrences WHERE bank_key = $1 AND entity_id = id)
       + (SELECT count(*) FROM entity_cooccurrences WHERE bank_key = $1 AND other_id = id))::int AS degree
     FROM unnest($2::uuid[]) AS id`,
    [bankKey, entityIds],
  );
  for (const { entityId, degree } of degrees.rows) company.degrees.set(entityId, degree);
  const pairs = await db.query<{ entityId: string; companion: string }>(
    `SELECT entity_id AS "entityId", other_id AS companion FROM entity_cooccurrences
     WHERE bank_key = $1 AND entity_id = ANY ($2::uuid[]) AND other_id = ANY ($3::uuid[])
     UNION ALL
     SELECT other_id, entity_id FROM entity_cooccurrences
     WHERE bank_key = $1 AND other_id = ANY ($2::uuid[]) AND entity_id = ANY ($3::uuid[])`,
    [bankKey, entityIds, others],
  );
  for (const { entityId, companion } of pairs.rows) {
    const companions = company.companions.get(entityId);
    if (companions) companions.add(companion);
    else company.companions.set(entityId, new Set([companion]));
  }
  return company;
}

export interface NewEntity {
  entityId: string;
  canonicalName: string;
  /** A label is found again by its exact name only. */
  isLabel: boolean;
  seenAt: Date;
}

/** Makes entities without mentions. One that exists is left as it is. */
export async function insertEntities(
  db: Queryable,
  bankKey: string,
  entities: readonly NewEntity[],
): Promise<void> {
  if (entities.length === 0) return;
  await db.query(
    `INSERT INTO entities (bank_key, entity_id, canonical_name, is_label, first_seen, last_seen)
     SELECT $1, entity_id, canonical_name, is_label, seen_at, seen_at
     FROM unnest($2::uuid[], $3::text[], $4::boolean[], $5::timestamptz[])
       AS e (entity_id, canonical_name, is_label, seen_at)
     ON CONFLICT DO NOTHING`,
    [
      bankKey,
      entities.map((entity) => entity.entityId),
      entities.map((entity) => entity.canonicalName),
      entities.map((entity) => entity.isLabel),
      entities.map((entity) => entity.seenAt.toISOString()),
    ],
  );
}

export interface EntityMentions {
  entityId: string;
  count: number;
  /** The latest date of the mentions; null: none has one. */
  lastSeen: Date | null;
}

/** Counts mentions of entities. Each entity occurs once. */
export async function countMentions(
  db: Queryable,
  bankKey: string,
  mentions: readonly EntityMentions[],
): Promise<void> {
  if (mentions.length === 0) return;
  await db.query(
    `UPDATE entities e SET mention_count = e.mention_count + m.count, last_seen = greatest(e.last_seen, m.last_seen)
     FROM unnest($2::uuid[], $3::int[], $4::timestamptz[]) AS m (entity_id, count, last_seen)
     WHERE e.bank_key = $1 AND e.entity_id = m.entity_id`,
    [
      bankKey,
      mentions.map((mention) => mention.entityId),
      mentions.map((mention) => mention.count),
      mentions.map((mention) => mention.lastSeen?.toISOString()),
    ],
  );
}

/** Which entities units mention: one pair per unit and entity. */
export async function insertUnitEntities(
  db: Queryable,
  bankKey: string,
  pairs: readonly { unitId: string; entityId: string }[],
): Promise<void> {
  if (pairs.length === 0) return;
  await db.query(
    `INSERT INTO unit_entities (bank_key, unit_id, entity_id) SELECT $1, * FROM unnest($2::uuid[], $3::uuid[])
     ON CONFLICT DO NOTHING`,
    [bankKey, pairs.map((pair) => pair.unitId), pairs.map((pair) => pair.entityId)],
  );
}

export interface Cooccurrence {
  /** The smaller id. */
  entityId: string;
  otherId: string;
  date: Date;
}

/** Counts one more write in which two entities were mentioned by one fact. Each pair occurs once. */
export async function countCooccurrences(
  db: Queryable,
  bankKey: string,
  pairs: readonly Cooccurrence[],
): Promise<void> {
  if (pairs.length === 0) return;
  await db.query(
    `INSERT INTO entity_cooccurrences AS c (bank_key, entity_id, other_id, weight, last_cooccurred)
     SELECT $1, entity_id, other_id, 1, date
     FROM unnest($2::uuid[], $3::uuid[], $4::timestamptz[]) AS p (entity_id, other_id, date)
     ON CONFLICT (bank_key, entity_id, other_id) DO UPDATE SET weight = c.weight + 1,
       last_cooccurred = greatest(c.last_cooccurred, excluded.last_cooccurred)`,
    [
      bankKey,
      pairs.map((pair) => pair.entityId),
      pairs.map((pair) => pair.otherId),
      pairs.map((pair) => pair.date.toISOString()),
    ],
  );
}
