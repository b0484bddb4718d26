import type { Queryable } from "./database.ts";
import { type TagFilter, tagCondition } from "./tag-filter.ts";
import { UNIT_COLUMNS, type UnitRow } from "./unit-row.ts";

/** A live memory unit as the graph shows it. */
export interface GraphUnit extends UnitRow {
  createdAt: Date;
  proofCount: number;
}

/** Conditions that are joined with AND; null (and an empty text) is none. */
export interface GraphFilter {
  type: string | null;
  /** A part of text or context in any case; `%` and `_` are wildcards. */
  text: string | null;
  tags?: TagFilter | undefined;
  /** Also of an observation's sources. */
  documentId: string | null;
  /** Also of an observation's sources. */
  chunkId: string | null;
}

/** The units that pass, the last mentioned first, and how many there are. */
export async function listGraphUnits(
  db: Queryable,
  bankKey: string,
  filter: GraphFilter,
  limit: number,
): Promise<{ total: number; units: GraphUnit[] }> {
  const values: unknown[] = [bankKey];
  const parts = ["u.bank_key = $1"];
  const add = (value: unknown) => `$${values.push(value)}`;
  if (filter.type) parts.push(`u.fact_type = ${add(filter.type)}`);
  if (filter.documentId) parts.push(await ofSource(db, values, "document_id", filter.documentId));
  if (filter.chunkId) parts.push(await ofSource(db, values, "chunk_id", filter.chunkId));
  if (filter.text) {
    const pattern = add(`%${filter.text}%`);
    parts.push(`(u.text ILIKE ${pattern} OR u.context ILIKE ${pattern})`);
  }
  if (filter.tags) parts.push(tagCondition(filter.tags, "u.tags", values));
  const from = `memory_units u WHERE ${parts.join(" AND ")}`;
  const [page, count] = await Promise.all([
    db.query<GraphUnit>(
      `SELECT ${UNIT_COLUMNS}, created_at AS "createdAt", proof_count AS "proofCount"
       FROM ${from} ORDER BY u.mentioned_at DESC NULLS LAST, u.event_date DESC, u.unit_id LIMIT $${values.length + 1}`,
      [...values, limit],
    ),
    db.query<{ total: number }>(`SELECT count(*)::int AS total FROM ${from}`, values),
  ]);
  return { total: count.rows[0]?.total ?? 0, units: page.rows };
}

/** What has this in the column, or is an observation that rests on what has. */
async function ofSource(
  db: Queryable,
  values: unknown[],
  column: "document_id" | "chunk_id",
  value: string,
): Promise<string> {
  const { rows } = await db.query<{ unitId: string }>(
    `SELECT DISTINCT o.unit_id AS "unitId" FROM memory_units s, LATERAL (
       SELECT unit_id FROM memory_units
       WHERE bank_key = $1 AND fact_type = 'observation' AND source_memory_ids @> ARRAY[s.unit_id]) AS o
     WHERE s.bank_key = $1 AND s.${column} = $2`,
    [values[0], value],
  );
  const observationIds = rows.map(({ unitId }) => unitId);
  return `(u.${column} = $${values.push(value)} OR u.unit_id = ANY ($${values.push(observationIds)}::uuid[]))`;
}

/** A stored link. */
export interface GraphLink {
  fromUnitId: string;
  toUnitId: string;
  linkType: string;
  weight: number;
}

/** The stored links among the units, the heaviest first. */
export async function listLinksAmong(
  db: Queryable,
  bankKey: string,
  unitIds: readonly string[],
  limit: number,
): Promise<GraphLink[]> {
  if (unitIds.length === 0) return [];
  const { rows } = await db.query<GraphLink>(
    `WITH shown AS MATERIALIZED (SELECT unnest($2::uuid[]) AS id)
     SELECT from_unit_id AS "fromUnitId", to_unit_id AS "toUnitId", link_type AS "linkType", weight
     FROM memory_links l JOIN shown f ON f.id = l.from_unit_id JOIN shown t ON t.id = l.to_unit_id
     WHERE l.bank_key = $1 ORDER BY weight DESC, from_unit_id, to_unit_id, link_type LIMIT $3`,
    [bankKey, unitIds, limit],
  );
  return rows;
}
