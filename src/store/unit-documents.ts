import type { Queryable } from "./database.ts";

/** The documents that units came from, by unit; those that are gone are missing. */
export async function documentsOf(
  db: Queryable,
  bankKey: string,
  unitIds: readonly string[],
): Promise<Map<string, string>> {
  if (unitIds.length === 0) return new Map();
  const { rows } = await db.query<{ unitId: string; documentId: string }>(
    `SELECT unit_id AS "unitId", document_id AS "documentId" FROM memory_units
     WHERE bank_key = $1 AND unit_id = ANY ($2::uuid[]) AND document_id IS NOT NULL`,
    [bankKey, unitIds],
  );
  return new Map(rows.map(({ unitId, documentId }) => [unitId, documentId]));
}
