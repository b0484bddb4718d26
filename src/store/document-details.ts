import type { Queryable } from "./database.ts";

/** A document by itself. */
export interface DocumentDetails {
  documentId: string;
  /** null: the bank kept no text. */
  originalText: string | null;
  contentHash: string;
  tags: string[];
  retainParams: Record<string, unknown> | null;
  documentMetadata: Record<string, unknown> | null;
  createdAt: Date;
  updatedAt: Date;
  worldCount: number;
  experienceCount: number;
  /** Observations that rest on any of its facts. */
  observationCount: number;
}

export async function findDocumentDetails(
  db: Queryable,
  bankKey: string,
  documentId: string,
): Promise<DocumentDetails | undefined> {
  const { rows } = await db.query<DocumentDetails>(
    `SELECT d.document_id AS "documentId", d.original_text AS "originalText", d.content_hash AS "contentHash", d.tags,
       d.retain_params AS "retainParams", d.document_metadata AS "documentMetadata", d.created_at AS "createdAt",
       d.updated_at AS "updatedAt", facts.world AS "worldCount", facts.experience AS "experienceCount",
       (SELECT count(DISTINCT o.unit_id)::int FROM memory_units u, LATERAL (
          SELECT unit_id FROM memory_units
          WHERE bank_key = $1 AND fact_type = 'observation' AND source_memory_ids @> ARRAY[u.unit_id]) AS o
        WHERE u.bank_key = d.bank_key AND u.document_id = d.document_id) AS "observationCount"
     FROM documents d,
       LATERAL (SELECT (count(*) FILTER (WHERE fact_type = 'world'))::int AS world,
                  (count(*) FILTER (WHERE fact_type = 'experience'))::int AS experience
                FROM memory_units u WHERE u.bank_key = d.bank_key AND u.document_id = d.document_id) AS facts
     WHERE d.bank_key = $1 AND d.document_id = $2`,
    [bankKey, documentId],
  );
  return rows[0];
}

/** A part of a document that was read on its own. */
export interface DocumentChunk {
  chunkId: string;
  documentId: string;
  chunkIndex: number;
  chunkText: string;
  createdAt: Date;
}

const CHUNK_COLUMNS = `chunk_id AS "chunkId", document_id AS "documentId", chunk_index AS "chunkIndex",
  chunk_text AS "chunkText", created_at AS "createdAt"`;

/** A page of a document's chunks in their order, and how many there are; undefined when there is no such document. */
export async function listDocumentChunks(
  db: Queryable,
  bankKey: string,
  documentId: string,
  { limit, offset }: { limit: number; offset: number },
): Promise<{ total: number; chunks: DocumentChunk[] } | undefined> {
  const { rows } = await db.query<{ total: number }>(
    `SELECT (SELECT count(*)::int FROM chunks c WHERE c.bank_key = d.bank_key AND c.document_id = d.document_id) AS total
     FROM documents d WHERE bank_key = $1 AND document_id = $2`,
    [bankKey, documentId],
  );
  const [document] = rows;
  if (!document) return undefined;
  const page = await db.query<DocumentChunk>(
    `SELECT ${CHUNK_COLUMNS} FROM chunks WHERE bank_key = $1 AND document_id = $2
     ORDER BY chunk_index LIMIT $3 OFFSET $4`,
    [bankKey, documentId, limit, offset],
  );
  return { total: document.total, chunks: page.rows };
}

/**
 * A chunk by its id alone, in any bank of a sandbox.
 *
 * @returns the bank's own id beside it; undefined when there is no such chunk.
 */
export async function findChunk(
  db: Queryable,
  sandboxId: string,
  chunkId: string,
): Promise<(DocumentChunk & { bankId: string }) | undefined> {
  const { rows } = await db.query<DocumentChunk & { bankId: string }>(
    `SELECT ${CHUNK_COLUMNS.replace("created_at", "c.created_at")}, bank_id AS "bankId"
     FROM chunks c JOIN banks b USING (bank_key) WHERE chunk_id = $1 AND sandbox_id = $2 ORDER BY bank_key LIMIT 1`,
    [chunkId, sandboxId],
  );
  return rows[0];
}
