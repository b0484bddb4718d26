import type { Queryable } from "./database.ts";

/** How much of a document is stored. */
export interface DocumentCounts {
  chunks: number;
  /** Facts; observations belong to no document. */
  units: number;
}

/** The counts of those of the documents that exist, by id. */
export async function countDocuments(
  db: Queryable,
  bankKey: string,
  documentIds: readonly string[],
): Promise<Map<string, DocumentCounts>> {
  const { rows } = await db.query<DocumentCounts & { documentId: string }>(
    `SELECT document_id AS "documentId",
       (SELECT count(*)::int FROM chunks c WHERE c.bank_key = d.bank_key AND c.document_id = d.document_id) AS chunks,
       (SELECT count(*)::int FROM memory_units u
        WHERE u.bank_key = d.bank_key AND u.document_id = d.document_id) AS units
     FROM documents d WHERE bank_key = $1 AND document_id = ANY ($2)`,
    [bankKey, documentIds],
  );
  return new Map(rows.map(({ documentId, ...counts }) => [documentId, counts]));
}

/** How many of these units each document has. */
export async function countUnitsByDocument(
  db: Queryable,
  bankKey: string,
  unitIds: readonly string[],
): Promise<Map<string, number>> {
  const { rows } = await db.query<{ documentId: string; units: number }>(
    `SELECT document_id AS "documentId", count(*)::int AS units FROM memory_units
     WHERE bank_key = $1 AND unit_id = ANY ($2::uuid[]) AND document_id IS NOT NULL GROUP BY document_id`,
    [bankKey, unitIds],
  );
  return new Map(rows.map(({ documentId, units }) => [documentId, units]));
}
