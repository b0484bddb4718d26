import type { Queryable } from "./database.ts";

/** Deletes the observations that rest on any of the facts. @returns the observations, and their other sources. */
export async function deleteObservationsOf(
  db: Queryable,
  bankKey: string,
  sourceIds: readonly string[],
): Promise<{ observationIds: string[]; otherSourceIds: string[] }> {
  const { rows } = await db.query<{ unitId: string; sourceMemoryIds: string[] }>(
    `WITH lost AS MATERIALIZED (
       SELECT DISTINCT o.unit_id FROM unnest($2::uuid[]) AS source (id), LATERAL (
         SELECT unit_id FROM memory_units
         WHERE bank_key = $1 AND fact_type = 'observation' AND source_memory_ids @> ARRAY[source.id]) AS o)
     DELETE FROM memory_units u USING lost WHERE u.bank_key = $1 AND u.unit_id = lost.unit_id
     RETURNING u.unit_id AS "unitId", u.source_memory_ids AS "sourceMemoryIds"`,
    [bankKey, sourceIds],
  );
  const gone = new Set(sourceIds);
  const others = rows.flatMap((row) => row.sourceMemoryIds).filter((id) => !gone.has(id));
  return { observationIds: rows.map(({ unitId }) => unitId).sort(), otherSourceIds: [...new Set(others)] };
}

/** Facts are to be consolidated again; of those that could not be that is still said. */
export async function markPending(db: Queryable, bankKey: string, unitIds: readonly string[]): Promise<void> {
  if (unitIds.length === 0) return;
  await db.query(
    `UPDATE memory_units SET consolidated_at = NULL, consolidated_scopes = NULL
     WHERE bank_key = $1 AND unit_id = ANY ($2::uuid[])
       AND (consolidated_at IS NOT NULL OR consolidated_scopes IS NOT NULL)`,
    [bankKey, unitIds],
  );
}

/** Deletes units, with their links and their ties to entities. @returns how many there were. */
export async function deleteUnits(
  db: Queryable,
  bankKey: string,
  unitIds: readonly string[],
): Promise<number> {
  const { rowCount } = await db.query(
    "DELETE FROM memory_units WHERE bank_key = $1 AND unit_id = ANY ($2::uuid[])",
    [bankKey, unitIds],
  );
  return rowCount ?? 0;
}

/**
 * Deletes the archived facts of a document or a type, with the links that wait for them: facts that are made later can have
 * their ids.
 */
export async function deleteArchived(
  db: Queryable,
  bankKey: string,
  of: { documentId: string } | { factType: string },
): Promise<void> {
  const [column, value] = "documentId" in of ? ["document_id", of.documentId] : ["fact_type", of.factType];
  await db.query(
    `WITH gone AS (
       DELETE FROM archived_units WHERE bank_key = $1 AND ${column} = $2 RETURNING bank_key, unit_id)
     DELETE FROM parked_links p USING gone
     WHERE p.bank_key = gone.bank_key AND gone.unit_id IN (p.from_unit_id, p.to_unit_id)`,
    [bankKey, value],
  );
}
