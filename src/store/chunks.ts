import type { Queryable } from "./database.ts";

export interface ChunkRow {
  chunkIndex: number;
  chunkId: string;
  chunkText: string;
  /** SHA-256 of the chunk's text in hex, whether the text is kept or not. */
  contentHash: string;
}

const ROWS_PER_STATEMENT = 1_000;

export async function insertChunks(
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
       FROM unnest($3::int[], $4::text[], $5::text[], $6::text[]) AS c (chunk_index, chunk_id, chunk_text, content_hash)`,
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

/** Deletes a document's chunks, but for those with these indexes. */
export async function deleteChunks(
  db: Queryable,
  bankKey: string,
  documentId: string,
  kept: readonly number[] = [],
): Promise<void> {
  await db.query(
    "DELETE FROM chunks WHERE bank_key = $1 AND document_id = $2 AND chunk_index <> ALL ($3::int[])",
    [bankKey, documentId, kept],
  );
}

/** The hash of each of a document's chunks, by index. */
export async function listChunkHashes(
  db: Queryable,
  bankKey: string,
  documentId: string,
): Promise<Map<number, string>> {
  const { rows } = await db.query<{ index: number; hash: string }>(
    `SELECT chunk_index AS index, content_hash AS hash FROM chunks WHERE bank_key = $1 AND document_id = $2`,
    [bankKey, documentId],
  );
  return new Map(rows.map(({ index, hash }) => [index, hash]));
}
