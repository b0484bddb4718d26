/** From some facts to others that are joined to them: one query for each way, whatever the number of facts. */
import type { Database, Queryable } from "./database.ts";
import type { FactType } from "./fact-type.ts";
import { cancelledInTime } from "./time-limit.ts";

/** A fact to set out from. It leads to facts of its own type. */
export interface GraphSeed {
  unitId: string;
  factType: FactType;
}

export interface Expansion {
  unitId: string;
  factType: FactType;
  part: "entity" | "semantic" | "causal";
  /** `entity`: how many entities (an observation: sources) it is joined by. Otherwise the weight of its best link. */
  score: number;
}

interface EntityOptions {
  /** Facts of each type at most. */
  limit: number;
  /** How many of its facts an entity leads to: those with the highest ids. */
  perEntity: number;
  /** After so long the search is given up. */
  timeoutMs: number;
}

/** Facts that mention an entity which a seed mentions. @returns null when it took too long. */
export function expandByEntities(
  database: Database,
  bankKey: string,
  seeds: readonly GraphSeed[],
  { limit, perEntity, timeoutMs }: EntityOptions,
): Promise<Expansion[] | null> {
  return expand(database, timeoutMs, seeds, [
    `WITH asked AS (
       SELECT DISTINCT s.fact_type, e.entity_id
       FROM unnest($2::uuid[], $3::text[]) AS s (unit_id, fact_type)
       JOIN unit_entities e ON e.bank_key = $1 AND e.unit_id = s.unit_id
     ), found AS (
       SELECT asked.fact_type, near.unit_id, count(*)::int AS score
       FROM asked, LATERAL (
         SELECT e.unit_id FROM unit_entities e JOIN memory_units u USING (bank_key, unit_id)
         WHERE e.bank_key = $1 AND e.entity_id = asked.entity_id AND u.fact_type = asked.fact_type
           AND e.unit_id <> ALL ($2::uuid[])
         ORDER BY e.unit_id DESC LIMIT $5) AS near
       GROUP BY asked.fact_type, near.unit_id
     ), ranked AS (
       SELECT *, row_number() OVER (PARTITION BY fact_type ORDER BY score DESC, unit_id) AS place FROM found
     )
     SELECT unit_id AS "unitId", fact_type AS "factType", 'entity' AS part, score FROM ranked WHERE place <= $4`,
    [bankKey, ...columns(seeds), limit, perEntity],
  ]);
}

/**
 * Observations of facts that mention an entity which a source of a seed mentions: an observation itself mentions none.
 * @returns null when it took too long.
 */
export function expandBySources(
  database: Database,
  bankKey: string,
  seeds: readonly GraphSeed[],
  { limit, perEntity, timeoutMs }: EntityOptions,
): Promise<Expansion[] | null> {
  return expand(database, timeoutMs, seeds, [
    `WITH sources AS (
       SELECT DISTINCT source_id FROM memory_units, unnest(source_memory_ids) AS source_id
       WHERE bank_key = $1 AND unit_id = ANY ($2::uuid[])
     ), asked AS (
       SELECT DISTINCT e.entity_id FROM sources JOIN unit_entities e ON e.bank_key = $1 AND e.unit_id = source_id
     ), connected AS (
       SELECT DISTINCT near.unit_id
       FROM asked, LATERAL (
         SELECT e.unit_id FROM unit_entities e WHERE e.bank_key = $1 AND e.entity_id = asked.entity_id
         ORDER BY e.unit_id DESC LIMIT $4) AS near
       WHERE near.unit_id NOT IN (SELECT source_id FROM sources)
     ), found AS (
       -- OFFSET 0: each source is looked up in the index of sources by itself.
       SELECT o.unit_id, count(*)::int AS score
       FROM connected, LATERAL (
         SELECT u.unit_id FROM memory_units u
         WHERE u.bank_key = $1 AND u.fact_type = 'observation' AND u.source_memory_ids @> ARRAY[connected.unit_id]
         OFFSET 0) AS o
       WHERE o.unit_id <> ALL ($2::uuid[])
       GROUP BY o.unit_id
     )
     SELECT unit_id AS "unitId", 'observation' AS "factType", 'entity' AS part, score
     FROM found ORDER BY score DESC, unit_id LIMIT $3`,
    [bankKey, columns(seeds)[0], limit, perEntity],
  ]);
}

/**
 * Facts that are linked to a seed: by similarity in either direction, and as its causes. A seed is found as the cause of
 * another, too.
 * @param limit facts of each type and kind of link: the most similar; of causes those with the lowest ids.
 */
export async function expandByLinks(
  db: Queryable,
  bankKey: string,
  seeds: readonly GraphSeed[],
  limit: number,
): Promise<Expansion[]> {
  if (seeds.length === 0) return [];
  const { rows } = await db.query<Expansion>(
    `WITH seeds AS (SELECT * FROM unnest($2::uuid[], $3::text[]) AS s (unit_id, fact_type)),
     linked AS (
       SELECT s.fact_type, l.to_unit_id AS unit_id, l.weight, 'semantic' AS part
       FROM seeds s JOIN memory_links l ON l.bank_key = $1 AND l.from_unit_id = s.unit_id
       WHERE l.link_type = 'semantic' AND l.to_unit_id <> ALL ($2::uuid[])
       UNION ALL
       SELECT s.fact_type, l.from_unit_id, l.weight, 'semantic'
       FROM seeds s JOIN memory_links l ON l.bank_key = $1 AND l.to_unit_id = s.unit_id
       WHERE l.link_type = 'semantic' AND l.from_unit_id <> ALL ($2::uuid[])
       UNION ALL
       SELECT s.fact_type, l.to_unit_id, l.weight, 'causal'
       FROM seeds s JOIN memory_links l ON l.bank_key = $1 AND l.from_unit_id = s.unit_id
       WHERE l.link_type = 'caused_by'
     ), best AS (
       SELECT part, unit_id, fact_type, max(weight) AS score FROM linked GROUP BY part, unit_id, fact_type
     ), ranked AS (
       SELECT u.unit_id AS "unitId", u.fact_type AS "factType", best.part, best.score,
         row_number() OVER (PARTITION BY best.part, u.fact_type
           ORDER BY CASE best.part WHEN 'semantic' THEN best.score END DESC, u.unit_id) AS place
       FROM best JOIN memory_units u ON u.bank_key = $1 AND u.unit_id = best.unit_id AND u.fact_type = best.fact_type
     )
     SELECT "unitId", "factType", part, score FROM ranked WHERE place <= $4`,
    [bankKey, ...columns(seeds), limit],
  );
  return rows;
}

function columns(seeds: readonly GraphSeed[]): [string[], string[]] {
  return [seeds.map(({ unitId }) => unitId), seeds.map(({ factType }) => factType)];
}

async function expand(
  database: Database,
  timeoutMs: number,
  seeds: readonly GraphSeed[],
  [text, values]: [text: string, values: unknown[]],
): Promise<Expansion[] | null> {
  if (seeds.length === 0) return [];
  return cancelledInTime(database, timeoutMs, async (tx) => (await tx.query<Expansion>(text, values)).rows);
}
