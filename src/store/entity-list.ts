import type { Queryable } from "./database.ts";
import { type TagFilter, tagCondition } from "./tag-filter.ts";

/** An entity as lists show it. Under a tag filter the numbers and dates are those of the memories that pass it. */
export interface ListedEntity {
  entityId: string;
  canonicalName: string;
  mentionCount: number;
  firstSeen: Date | null;
  lastSeen: Date | null;
  metadata: Record<string, unknown>;
}

const COLUMNS = `e.entity_id AS "entityId", e.canonical_name AS "canonicalName", s.mention_count AS "mentionCount",
  s.first_seen AS "firstSeen", s.last_seen AS "lastSeen", e.metadata`;

/** A page of a bank's entities, those with the most mentions first, and how many there are. */
export async function listEntities(
  db: Queryable,
  bankKey: string,
  { tags, limit, offset }: { tags: TagFilter | undefined; limit: number; offset: number },
): Promise<{ total: number; entities: ListedEntity[] }> {
  const values: unknown[] = [bankKey];
  const from = fromEntities(tags, values);
  const [page, count] = await Promise.all([
    db.query<ListedEntity>(
      `SELECT ${COLUMNS} FROM ${from} WHERE e.bank_key = $1
       ORDER BY s.mention_count DESC, s.last_seen DESC, e.entity_id
       LIMIT $${values.length + 1} OFFSET $${values.length + 2}`,
      [...values, limit, offset],
    ),
    db.query<{ total: number }>(`SELECT count(*)::int AS total FROM ${from} WHERE e.bank_key = $1`, values),
  ]);
  return { total: count.rows[0]?.total ?? 0, entities: page.rows };
}

/** An entity by its id; undefined when there is none, or none of the memories that pass the filter mentions it. */
export async function findEntity(
  db: Queryable,
  bankKey: string,
  entityId: string,
  tags: TagFilter | undefined,
): Promise<ListedEntity | undefined> {
  const values: unknown[] = [bankKey];
  const from = fromEntities(tags, values);
  const { rows } = await db.query<ListedEntity>(
    `SELECT ${COLUMNS} FROM ${from} WHERE e.bank_key = $1 AND e.entity_id = $${values.push(entityId)}`,
    values,
  );
  return rows[0];
}

/** The entities `e` with their numbers `s`: those that are kept, or those of the memories that pass the filter. */
function fromEntities(tags: TagFilter | undefined, values: unknown[]): string {
  if (!tags) return "entities e CROSS JOIN LATERAL (SELECT e.mention_count, e.first_seen, e.last_seen) AS s";
  return `entities e JOIN (
    SELECT entity_id, count(*)::int AS mention_count, min(seen_at) AS first_seen, max(seen_at) AS last_seen
    FROM (${mentions(tags, values)}) AS m GROUP BY entity_id) AS s USING (entity_id)`;
}

/**
 * Who mentions whom, and when: an entity for each memory that passes the filter. An observation mentions what its sources
 * do. `$1` is the bank.
 */
function mentions(tags: TagFilter, values: unknown[]): string {
  const visible = `u.bank_key = $1 AND ${tagCondition(tags, "u.tags", values)}`;
  const seenAt = "coalesce(u.occurred_start, u.mentioned_at, u.event_date) AS seen_at";
  return `
    SELECT u.unit_id, m.entity_id, ${seenAt} FROM memory_units u JOIN unit_entities m USING (bank_key, unit_id)
    WHERE ${visible}
    UNION
    SELECT u.unit_id, m.entity_id, ${seenAt}
    FROM memory_units u CROSS JOIN LATERAL unnest(u.source_memory_ids) AS source (id)
      JOIN unit_entities m ON m.bank_key = u.bank_key AND m.unit_id = source.id
    WHERE ${visible} AND u.fact_type = 'observation'`;
}

/** Two entities that memories mention together. */
export interface EntityPair {
  entityId: string;
  name: string;
  mentionCount: number;
  otherId: string;
  otherName: string;
  otherMentionCount: number;
  weight: number;
  lastCooccurred: Date | null;
}

/** The pairs of a bank that were mentioned together most often, at least `minCount` times. */
export async function listEntityPairs(
  db: Queryable,
  bankKey: string,
  { tags, minCount, limit }: { tags: TagFilter | undefined; minCount: number; limit: number },
): Promise<EntityPair[]> {
  const values: unknown[] = [bankKey, minCount, limit];
  const source = tags
    ? `m AS MATERIALIZED (${mentions(tags, values)}),
       counts AS (SELECT entity_id, count(*)::int AS mention_count FROM m GROUP BY entity_id),
       pairs AS (
         SELECT a.entity_id, b.entity_id AS other_id, count(*)::int AS weight, max(a.seen_at) AS last_cooccurred
         FROM m a JOIN m b ON b.unit_id = a.unit_id AND a.entity_id < b.entity_id GROUP BY a.entity_id, b.entity_id)`
    : `counts AS (SELECT entity_id, mention_count FROM entities WHERE bank_key = $1),
       pairs AS (SELECT * FROM entity_cooccurrences WHERE bank_key = $1)`;
  const { rows } = await db.query<EntityPair>(
    `WITH ${source}, strongest AS (
       SELECT * FROM pairs WHERE weight >= $2::float8
       ORDER BY weight DESC, last_cooccurred DESC, entity_id, other_id LIMIT $3)
     SELECT p.entity_id AS "entityId", e.canonical_name AS name, c.mention_count AS "mentionCount",
       p.other_id AS "otherId", o.canonical_name AS "otherName", d.mention_count AS "otherMentionCount",
       p.weight, p.last_cooccurred AS "lastCooccurred"
     FROM strongest p
       JOIN entities e ON e.bank_key = $1 AND e.entity_id = p.entity_id
       JOIN entities o ON o.bank_key = $1 AND o.entity_id = p.other_id
       JOIN counts c ON c.entity_id = p.entity_id
       JOIN counts d ON d.entity_id = p.other_id
     ORDER BY p.weight DESC, p.last_cooccurred DESC, p.entity_id, p.other_id`,
    values,
  );
  return rows;
}
