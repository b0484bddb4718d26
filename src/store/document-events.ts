import type { Queryable } from "./database.ts";

/** An operation that changed a document, with what it says of that. */
export interface DocumentOperation {
  operationId: string;
  /** Those of the document, in the order in which they were noted. */
  events: Record<string, unknown>[];
}

/** A page of the operations that changed a document, newest first, and how many there are. */
export async function listDocumentOperations(
  db: Queryable,
  bankKey: string,
  documentId: string,
  { limit, offset }: { limit: number; offset: number },
): Promise<{ total: number; operations: DocumentOperation[] }> {
  const where = `bank_key = $1 AND result_metadata ? 'document_events'
    AND jsonb_path_query_array(result_metadata, '$.document_events[*].document_id') @> jsonb_build_array($2::text)`;
  const [page, count] = await Promise.all([
    db.query<DocumentOperation>(
      `SELECT operation_id AS "operationId",
         jsonb_path_query_array(result_metadata->'document_events', '$[*] ? (@.document_id == $id)',
           jsonb_build_object('id', $2::text)) AS events
       FROM operations WHERE ${where} ORDER BY created_at DESC, position DESC LIMIT $3 OFFSET $4`,
      [bankKey, documentId, limit, offset],
    ),
    db.query<{ total: number }>(`SELECT count(*)::int AS total FROM operations WHERE ${where}`, [
      bankKey,
      documentId,
    ]),
  ]);
  return { total: count.rows[0]?.total ?? 0, operations: page.rows };
}
