import type { Queryable } from "./database.ts";
import type { FactType } from "./fact-type.ts";

/** Memory units of one type with the same tags, and the bank's revision that last wrote one of them. */
export interface WrittenUnits {
  factType: FactType;
  tags: string[];
  revision: string;
}

/** What was written to a bank after a revision of it, by type and tags. */
export async function listWrittenSince(
  db: Queryable,
  bankKey: string,
  revision: string,
): Promise<WrittenUnits[]> {
  const { rows } = await db.query<WrittenUnits>(
    `SELECT fact_type AS "factType", tags, max(revision) AS revision FROM memory_units
     WHERE bank_key = $1 AND revision > $2 GROUP BY fact_type, tags`,
    [bankKey, revision],
  );
  return rows;
}

/** Those of these units that the bank does not have. */
export async function listMissingUnits(
  db: Queryable,
  bankKey: string,
  unitIds: readonly string[],
): Promise<string[]> {
  const { rows } = await db.query<{ id: string }>(
    `SELECT id FROM unnest($2::uuid[]) AS asked (id)
     WHERE NOT EXISTS (SELECT FROM memory_units WHERE bank_key = $1 AND unit_id = id)`,
    [bankKey, unitIds],
  );
  return rows.map(({ id }) => id);
}
