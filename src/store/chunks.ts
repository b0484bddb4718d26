import type { Queryable } from "./database.ts";

export interface ChunkRow {
  chunkIndex: number;
  chunkId: string;
  chunkText: string;
  /** SHA-256 of the chunk's text in hex, whether the text is kept or not. */
  contentHash: string;
}

const ROWS_PER_STATEMENT = 1_000;

/** Stores chunks. One that has the index of another takes its place. */
export async function writeChunks(
  db: Queryable,
  bankKey: string,
  documentId: string,
  chunks: readonly ChunkRow[],
  now: Date,
): Promise<void> {
  for (let start = 0; start < chunks.length; start += ROWS_PER_STATEMENT) {
    const batch = chunks.slice(start, start + ROWS_PER_STATEMENT);
    await db.query(
      `INSERT INTO chunks (bank_key, document_id, chunk_index, chunk_id, chunk_text, content_hash, created_at)
       SELECT $1, $2, chunk_index, chunk_id, chunk_text, content_hash, $7
       FROM unnest($3::int[], $4::text[], $5::text[], $6::text[]) AS c (chunk_index, chunk_id, chunk_text, content_hash)
       ON CONFLICT (bank_key, document_id, chunk_index) DO UPDATE
         SET chunk_text = excluded.chunk_text, content_hash = excluded.content_hash`,
      [
        bankKey,
        documentId,
        batch.map((chunk) => chunk.chunkIndex),
        batch.map((chunk) => chunk.chunkId),
        batch.map((chunk) => chunk.chunkText),
        batch.map((chunk) => chunk.contentHash),
        now,
      ],
    );
  }
}

/** @param indexes null: all of the document's. */
export async function deleteChunks(
  db: Queryable,
  bankKey: string,
  documentId: string,
  indexes: readonly number[] | null,
): Promise<void> {
  await db.query(
    `DELETE FROM chunks WHERE bank_key = $1 AND document_id = $2 AND ($3::int[] IS NULL OR chunk_index = ANY ($3))`,
    [bankKey, documentId, indexes],
  );
}

/** The hashes of a document's chunks by their indexes. */
export async function chunkHashes(
  db: Queryable,
  bankKey: string,
  documentId: string,
): Promise<Map<number, string>> {
  const { rows } = await db.query<{ chunkIndex: number; contentHash: string }>(
    `SELECT chunk_index AS "chunkIndex", content_hash AS "contentHash" FROM chunks
     WHERE bank_key = $1 AND document_id = $2 ORDER BY chunk_index`,
    [bankKey, documentId],
  );
  return new Map(rows.map(({ chunkIndex, contentHash }) => [chunkIndex, contentHash]));
}

/** The facts that were drawn from these chunks of a document. */
export async function factsOfChunks(
  db: Queryable,
  bankKey: string,
  documentId: string,
  indexes: readonly number[],
): Promise<string[]> {
  const { rows } = await db.query<{ unitId: string }>(
    `SELECT unit_id AS "unitId" FROM memory_units
     WHERE bank_key = $1 AND document_id = $2 AND chunk_index = ANY ($3::int[]) ORDER BY unit_id`,
    [bankKey, documentId, indexes],
  );
  return rows.map(({ unitId }) => unitId);
}
