import type { Queryable } from "./database.ts";

/** What a write of a document sets. */
export interface DocumentRow {
  documentId: string;
  /** null: the bank keeps no texts. */
  originalText: string | null;
  /** Of the text that is kept, in characters (code points). */
  textLength: number;
  /** SHA-256 of the text in hex, whether it is kept or not. */
  contentHash: string;
  tags: readonly string[];
  /** null: nothing was said of it. */
  retainParams: Record<string, unknown> | null;
  documentMetadata: Record<string, string> | null;
  observationScopes: unknown;
  /** The number of the request that writes it. The greatest stays: what is appended late does not make a document older. */
  writtenBy: string;
}

/** What a write of a document finds. */
export interface StoredDocument {
  originalText: string | null;
  contentHash: string;
  /** Moves with every write. */
  revision: string;
  writtenBy: string;
}

/** Numbers a request to retain that begins, in one row with the operations: their positions are such numbers. */
export async function nextRetainNumber(db: Queryable): Promise<string> {
  const { rows } = await db.query<{ number: string }>("SELECT nextval('submission_numbers') AS number");
  return rows[0]?.number ?? "";
}

export async function findDocument(
  db: Queryable,
  bankKey: string,
  documentId: string,
): Promise<StoredDocument | undefined> {
  const { rows } = await db.query<StoredDocument>(
    `SELECT original_text AS "originalText", content_hash AS "contentHash", revision, written_by AS "writtenBy"
     FROM documents WHERE bank_key = $1 AND document_id = $2`,
    [bankKey, documentId],
  );
  return rows[0];
}

/** Those of the ids that the bank has a document of. */
export async function existingDocumentIds(
  db: Queryable,
  bankKey: string,
  documentIds: readonly string[],
): Promise<Set<string>> {
  const { rows } = await db.query<{ documentId: string }>(
    `SELECT document_id AS "documentId" FROM documents WHERE bank_key = $1 AND document_id = ANY($2::text[])`,
    [bankKey, documentIds],
  );
  return new Set(rows.map((row) => row.documentId));
}

/**
 * Writes a document's row. One that exists is replaced, but for the time of its creation.
 * @returns its revision: 1, and one more with every write.
 */
export async function writeDocument(
  db: Queryable,
  bankKey: string,
  document: DocumentRow,
  now: Date,
): Promise<string> {
  const { rows } = await db.query<{ revision: string }>(
    `INSERT INTO documents AS d (bank_key, document_id, original_text, text_length, content_hash, tags, retain_params,
       document_metadata, observation_scopes, written_by, created_at, updated_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $11, $10, $10)
     ON CONFLICT (bank_key, document_id) DO UPDATE SET original_text = excluded.original_text,
       text_length = excluded.text_length, content_hash = excluded.content_hash, tags = excluded.tags,
       retain_params = excluded.retain_params, document_metadata = excluded.document_metadata,
       observation_scopes = excluded.observation_scopes, revision = d.revision + 1,
       written_by = greatest(d.written_by, excluded.written_by), updated_at = excluded.updated_at
     RETURNING revision`,
    [
      bankKey,
      document.documentId,
      document.originalText,
      document.textLength,
      document.contentHash,
      document.tags,
      toJson(document.retainParams),
      toJson(document.documentMetadata),
      toJson(document.observationScopes),
      now,
      document.writtenBy,
    ],
  );
  return rows[0]?.revision ?? "";
}

function toJson(value: unknown): string | null {
  return value === null || value === undefined ? null : JSON.stringify(value);
}

/** A document's tags, locked until the transaction ends; undefined when there is no such document. */
export async function lockDocumentTags(
  db: Queryable,
  bankKey: string,
  documentId: string,
): Promise<string[] | undefined> {
  const { rows } = await db.query<{ tags: string[] }>(
    "SELECT tags FROM documents WHERE bank_key = $1 AND document_id = $2 FOR UPDATE",
    [bankKey, documentId],
  );
  return rows[0]?.tags;
}

/** Sets what a document was given besides its text; what is absent stays. It counts as written. */
export async function relabelDocument(
  db: Queryable,
  bankKey: string,
  documentId: string,
  labels: { tags?: readonly string[] | undefined; observationScopes?: unknown },
  now: Date,
): Promise<void> {
  const scopes = toJson(labels.observationScopes);
  await db.query(
    `UPDATE documents SET updated_at = $3, tags = coalesce($4::text[], tags),
       observation_scopes = coalesce($5::jsonb, observation_scopes),
       retain_params = CASE WHEN $5::jsonb IS NULL THEN retain_params
         ELSE coalesce(retain_params, '{}') || jsonb_build_object('observation_scopes', $5::jsonb) END
     WHERE bank_key = $1 AND document_id = $2`,
    [bankKey, documentId, now, labels.tags ?? null, scopes],
  );
}

/** The ids of a document's live facts. */
export async function factsOfDocument(db: Queryable, bankKey: string, documentId: string): Promise<string[]> {
  const { rows } = await db.query<{ unitId: string }>(
    `SELECT unit_id AS "unitId" FROM memory_units WHERE bank_key = $1 AND document_id = $2 ORDER BY unit_id`,
    [bankKey, documentId],
  );
  return rows.map(({ unitId }) => unitId);
}

/** Deletes a document with its chunks, and its facts that are still there. */
export async function deleteDocument(db: Queryable, bankKey: string, documentId: string): Promise<void> {
  await db.query("DELETE FROM documents WHERE bank_key = $1 AND document_id = $2", [bankKey, documentId]);
}
