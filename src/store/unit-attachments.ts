import type { Queryable } from "./database.ts";

/** An attachment that a memory unit shows, and the document of the fact that was drawn from it. */
export interface UnitAttachment {
  /** The unit's id. */
  id: string;
  attachmentId: string;
  documentId: string | null;
}

/** Which attachments live units show: a fact its own, an observation those of its sources in their order. */
export async function listUnitAttachments(
  db: Queryable,
  bankKey: string,
  unitIds: readonly string[],
): Promise<UnitAttachment[]> {
  const { rows } = await db.query<UnitAttachment>(
    `SELECT unit_id AS id, a.attachment_id AS "attachmentId", document_id AS "documentId" FROM (
       SELECT unit_id, 0 AS place, document_id, attachment_ids FROM memory_units
       WHERE bank_key = $1 AND unit_id = ANY ($2::uuid[]) AND fact_type <> 'observation'
       UNION ALL
       SELECT o.unit_id, s.place, f.document_id, f.attachment_ids
       FROM memory_units o, unnest(o.source_memory_ids) WITH ORDINALITY AS s (unit_id, place), memory_units f
       WHERE o.bank_key = $1 AND o.unit_id = ANY ($2::uuid[]) AND o.fact_type = 'observation'
         AND f.bank_key = $1 AND f.unit_id = s.unit_id) u,
       unnest(attachment_ids) WITH ORDINALITY AS a (attachment_id, number)
     WHERE EXISTS (SELECT FROM attachments WHERE bank_key = $1)
     ORDER BY unit_id, place, a.number`,
    [bankKey, unitIds],
  );
  return rows;
}
