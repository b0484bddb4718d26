import type { Queryable } from "./database.ts";

/** What refers to memory units goes first, at once: deleting a unit then finds nothing more to take along. */
const REMEMBERED = [
  "link_queue",
  "relink_queue",
  "entity_queue",
  "parked_links",
  "memory_links",
  "entity_cooccurrences",
  "unit_entities",
  "entities",
  "archived_units",
  "observation_history",
  "memory_units",
  "chunks",
  "documents",
  "attachments",
] as const;

/** Deletes all that a bank remembers: documents, memory units, the archive, entities. @returns how many live units. */
export async function clearMemories(db: Queryable, bankKey: string): Promise<number> {
  let count = 0;
  for (const table of REMEMBERED) {
    const { rowCount } = await db.query(`DELETE FROM ${table} WHERE bank_key = $1`, [bankKey]);
    if (table === "memory_units") count = rowCount ?? 0;
  }
  return count;
}

/** The ids of the bank's live units of a type. */
export async function unitsOfType(db: Queryable, bankKey: string, factType: string): Promise<string[]> {
  const { rows } = await db.query<{ unitId: string }>(
    `SELECT unit_id AS "unitId" FROM memory_units WHERE bank_key = $1 AND fact_type = $2 ORDER BY unit_id`,
    [bankKey, factType],
  );
  return rows.map(({ unitId }) => unitId);
}
