import type { Queryable } from "./database.ts";

/** An attachment as lists show it. */
export interface AttachmentRecord {
  attachmentId: string;
  documentId: string;
  /** SHA-256 of the bytes in hex. */
  hash: string;
  kind: "image" | "file";
  mediaType: string;
  byteSize: number;
  /** As the document's author named it. */
  filename: string | null;
}

/** The same with its bytes. */
export interface StoredAttachment extends AttachmentRecord {
  content: Buffer;
}

const RECORD = `attachment_id AS "attachmentId", document_id AS "documentId", hash, kind, media_type AS "mediaType",
  octet_length(content) AS "byteSize", filename`;

/** The document's own copy comes before those of others, and of these the oldest. */
const OWN_FIRST = "document_id = $3 DESC NULLS LAST, created_at, document_id";

export interface NewAttachment {
  documentId: string;
  attachmentId: string;
  hash: string;
  kind: "image" | "file";
  mediaType: string;
  filename: string | null;
  content: Buffer;
}

/**
 * Gives documents attachments; one that a document has already is left as it is. The documents need not be there yet: what
 * waits for one counts from when it was last sent.
 */
export async function insertAttachments(
  db: Queryable,
  bankKey: string,
  attachments: readonly NewAttachment[],
  now: Date,
): Promise<void> {
  // One statement each: together they can be larger than a message to the database may be.
  for (const { documentId, attachmentId, hash, kind, mediaType, filename, content } of attachments) {
    await db.query(
      `INSERT INTO attachments (bank_key, document_id, attachment_id, hash, kind, media_type, filename, content, created_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
       ON CONFLICT (bank_key, document_id, attachment_id) DO UPDATE SET created_at = excluded.created_at
         WHERE NOT EXISTS (SELECT FROM documents d WHERE d.bank_key = $1 AND d.document_id = $2)`,
      [bankKey, documentId, attachmentId, hash, kind, mediaType, filename, content, now],
    );
  }
}

/**
 * Deletes attachments that came before an instant for documents that were not written, and that no operation could still
 * write: a sandbox's, or all.
 */
export async function deleteWaitingBefore(
  db: Queryable,
  instant: Date,
  sandboxId: string | null,
): Promise<void> {
  await db.query(
    `DELETE FROM attachments a WHERE created_at < $1
       AND ($2::text IS NULL OR bank_key IN (SELECT bank_key FROM banks WHERE sandbox_id = $2))
       AND NOT EXISTS (SELECT FROM documents d WHERE d.bank_key = a.bank_key AND d.document_id = a.document_id)
       AND NOT EXISTS (SELECT FROM operations o WHERE o.bank_key = a.bank_key AND o.status <> 'completed'
         AND o.task_payload @> jsonb_build_object('contents',
           jsonb_build_array(jsonb_build_object('document_id', a.document_id))))`,
    [instant, sandboxId],
  );
}

/** Takes the attachments off a document that its text does not show any more, and names the others anew where they are named. */
export async function keepAttachments(
  db: Queryable,
  bankKey: string,
  documentId: string,
  kept: readonly string[],
  filenames: Readonly<Record<string, string>>,
): Promise<void> {
  await db.query(
    "DELETE FROM attachments WHERE bank_key = $1 AND document_id = $2 AND attachment_id <> ALL ($3::text[])",
    [bankKey, documentId, kept],
  );
  const named = Object.entries(filenames);
  if (named.length === 0) return;
  await db.query(
    `UPDATE attachments a SET filename = n.filename FROM unnest($3::text[], $4::text[]) AS n (id, filename)
     WHERE a.bank_key = $1 AND a.document_id = $2 AND a.attachment_id = n.id`,
    [bankKey, documentId, named.map(([id]) => id), named.map(([, filename]) => filename)],
  );
}

/** Those of the ids that stand for a document, or for attachments of one that is to come. */
export async function takenDocumentIds(
  db: Queryable,
  bankKey: string,
  documentIds: readonly string[],
): Promise<Set<string>> {
  const { rows } = await db.query<{ id: string }>(
    `SELECT id FROM unnest($2::text[]) AS id
     WHERE EXISTS (SELECT FROM documents d WHERE d.bank_key = $1 AND d.document_id = id)
        OR EXISTS (SELECT FROM attachments a WHERE a.bank_key = $1 AND a.document_id = id)`,
    [bankKey, documentIds],
  );
  return new Set(rows.map((row) => row.id));
}

/** The attachments of documents, in the order of their ids. */
export async function listAttachments(
  db: Queryable,
  bankKey: string,
  documentIds: readonly string[],
): Promise<AttachmentRecord[]> {
  const { rows } = await db.query<AttachmentRecord>(
    `SELECT ${RECORD} FROM attachments WHERE bank_key = $1 AND document_id = ANY ($2::text[])
     ORDER BY document_id, attachment_id`,
    [bankKey, documentIds],
  );
  return rows;
}

/** An attachment as a document shows it, whether the document has it itself or another does. */
export interface ShownBy {
  documentId: string | null;
  attachmentId: string;
}

/** Looks attachments up for documents. @returns in the order of what is asked for; what is nowhere is missing. */
export async function findShown(
  db: Queryable,
  bankKey: string,
  shown: readonly ShownBy[],
): Promise<(AttachmentRecord & { shownBy: number })[]> {
  if (shown.length === 0) return [];
  const { rows } = await db.query<AttachmentRecord & { shownBy: number }>(
    `SELECT s.number::int - 1 AS "shownBy", a.*
     FROM unnest($2::text[], $3::text[]) WITH ORDINALITY AS s (shown_in, id, number)
     CROSS JOIN LATERAL (SELECT ${RECORD} FROM attachments WHERE bank_key = $1 AND attachment_id = s.id
       ORDER BY document_id = s.shown_in DESC NULLS LAST, created_at, document_id LIMIT 1) a
     ORDER BY s.number`,
    [bankKey, shown.map((one) => one.documentId), shown.map((one) => one.attachmentId)],
  );
  return rows;
}

/** Attachments with their bytes. @param documentId the document whose own are preferred; null: none. */
export async function loadAttachments(
  db: Queryable,
  bankKey: string,
  attachmentIds: readonly string[],
  documentId: string | null,
): Promise<StoredAttachment[]> {
  const { rows } = await db.query<StoredAttachment>(
    `SELECT DISTINCT ON (attachment_id) ${RECORD}, content FROM attachments
     WHERE bank_key = $1 AND attachment_id = ANY ($2::text[]) ORDER BY attachment_id, ${OWN_FIRST}`,
    [bankKey, attachmentIds, documentId],
  );
  return rows;
}
