import type { Queryable } from "./database.ts";
import { encodeVector } from "./vectors/vector-column.ts";

/** An answer to a standing question of a bank. */
export interface MentalModelRow {
  mentalModelId: string;
  name: string;
  /** Null: it was made of its content alone, and cannot be refreshed. */
  sourceQuery: string | null;
  content: string;
  tags: string[];
  maxTokens: number;
  /** Under the names of the API. */
  trigger: unknown;
  reflectResponse: Record<string, unknown> | null;
  /** The bank's revision that the last refresh saw. */
  seenRevision: string;
  lastMemorySeenAt: Date | null;
  lastRefreshedAt: Date;
  lastFullRefreshedAt: Date | null;
  lastRefreshFailedAt: Date | null;
  createdAt: Date;
}

/** What a caller writes of a mental model. */
export type MentalModelContent = Pick<MentalModelRow, "name" | "sourceQuery" | "tags" | "maxTokens"> & {
  trigger: object;
};

export interface MentalModelFilter {
  /** Empty: all. `exact` compares the lists as they are, order and all. */
  tags: readonly string[];
  match: "any" | "all" | "exact";
  limit: number;
  offset: number;
}

export const MENTAL_MODEL_COLUMNS = `mental_model_id AS "mentalModelId", name, source_query AS "sourceQuery", content, tags,
  max_tokens AS "maxTokens", trigger, reflect_response AS "reflectResponse", seen_revision AS "seenRevision",
  last_memory_seen_at AS "lastMemorySeenAt", last_refreshed_at AS "lastRefreshedAt",
  last_full_refreshed_at AS "lastFullRefreshedAt", last_refresh_failed_at AS "lastRefreshFailedAt",
  created_at AS "createdAt"`;

/** A page of a bank's mental models, the last refreshed first, and how many there are. */
export async function listMentalModels(
  db: Queryable,
  bankKey: string,
  filter: MentalModelFilter,
): Promise<{ total: number; models: MentalModelRow[] }> {
  const where = `bank_key = $1 AND ($2::text[] = '{}' OR CASE $3
    WHEN 'any' THEN tags && $2 WHEN 'all' THEN tags @> $2 ELSE tags = $2 END)`;
  const values = [bankKey, filter.tags, filter.match];
  const [page, count] = await Promise.all([
    db.query<MentalModelRow>(
      `SELECT ${MENTAL_MODEL_COLUMNS} FROM mental_models WHERE ${where}
       ORDER BY last_refreshed_at DESC, mental_model_id COLLATE "C" DESC LIMIT $4 OFFSET $5`,
      [...values, filter.limit, filter.offset],
    ),
    db.query<{ total: number }>(`SELECT count(*)::int AS total FROM mental_models WHERE ${where}`, values),
  ]);
  return { total: count.rows[0]?.total ?? 0, models: page.rows };
}

/** Whether the bank has any. */
export async function hasMentalModels(db: Queryable, bankKey: string): Promise<boolean> {
  const { rowCount } = await db.query("SELECT FROM mental_models WHERE bank_key = $1 LIMIT 1", [bankKey]);
  return rowCount === 1;
}

const ONE = `SELECT ${MENTAL_MODEL_COLUMNS} FROM mental_models WHERE bank_key = $1 AND mental_model_id = $2`;

export async function findMentalModel(
  db: Queryable,
  bankKey: string,
  mentalModelId: string,
): Promise<MentalModelRow | undefined> {
  const { rows } = await db.query<MentalModelRow>(ONE, [bankKey, mentalModelId]);
  return rows[0];
}

/** The mental model, locked until the transaction ends. */
export async function lockMentalModel(
  db: Queryable,
  bankKey: string,
  mentalModelId: string,
): Promise<MentalModelRow | undefined> {
  const { rows } = await db.query<MentalModelRow>(`${ONE} FOR UPDATE`, [bankKey, mentalModelId]);
  return rows[0];
}

/**
 * Inserts a mental model, which has seen all that is written up to now.
 * @returns false when the id is taken.
 */
export async function insertMentalModel(
  db: Queryable,
  bankKey: string,
  mentalModelId: string,
  model: MentalModelContent,
  { content, embedding, now }: { content: string; embedding: Float32Array; now: Date },
): Promise<boolean> {
  const { rowCount } = await db.query(
    `INSERT INTO mental_models (bank_key, mental_model_id, name, source_query, tags, max_tokens, trigger, embedding,
       content, seen_revision, last_refreshed_at, created_at)
     SELECT bank_key, $2, $3, $4, $5, $6, $7, $8, $9, revision, $10, $10 FROM banks WHERE bank_key = $1
     ON CONFLICT (bank_key, mental_model_id) DO NOTHING`,
    [
      bankKey,
      mentalModelId,
      model.name,
      model.sourceQuery,
      model.tags,
      model.maxTokens,
      JSON.stringify(model.trigger),
      encodeVector(embedding, "bytea"),
      content,
      now,
    ],
  );
  return rowCount === 1;
}

/** @param embedding of the name as it is now and the content; null leaves the one that is there. */
export async function updateMentalModel(
  db: Queryable,
  bankKey: string,
  mentalModelId: string,
  model: MentalModelContent,
  embedding: Float32Array | null,
): Promise<MentalModelRow | undefined> {
  const { rows } = await db.query<MentalModelRow>(
    `UPDATE mental_models SET name = $3, source_query = $4, tags = $5, max_tokens = $6, trigger = $7,
       embedding = coalesce($8, embedding)
     WHERE bank_key = $1 AND mental_model_id = $2 RETURNING ${MENTAL_MODEL_COLUMNS}`,
    [
      bankKey,
      mentalModelId,
      model.name,
      model.sourceQuery,
      model.tags,
      model.maxTokens,
      JSON.stringify(model.trigger),
      embedding && encodeVector(embedding, "bytea"),
    ],
  );
  return rows[0];
}

/** Empties the content: the next refresh writes all of it, also an automatic one after others have failed. */
export async function clearMentalModel(
  db: Queryable,
  bankKey: string,
  mentalModelId: string,
  embedding: Float32Array,
): Promise<MentalModelRow | undefined> {
  const { rows } = await db.query<MentalModelRow>(
    `UPDATE mental_models SET content = '', structure = NULL, answered_query = NULL, last_refresh_failed_at = NULL,
       embedding = $3
     WHERE bank_key = $1 AND mental_model_id = $2 RETURNING ${MENTAL_MODEL_COLUMNS}`,
    [bankKey, mentalModelId, encodeVector(embedding, "bytea")],
  );
  return rows[0];
}

/** @returns false when the bank has no such mental model. */
export async function deleteMentalModel(
  db: Queryable,
  bankKey: string,
  mentalModelId: string,
): Promise<boolean> {
  const { rowCount } = await db.query(
    "DELETE FROM mental_models WHERE bank_key = $1 AND mental_model_id = $2",
    [bankKey, mentalModelId],
  );
  return rowCount === 1;
}

/** All of a bank's mental models with the vectors that they are searched by. */
export async function listEmbeddedModels(
  db: Queryable,
  bankKey: string,
): Promise<{ mentalModelId: string; tags: string[]; embedding: Float32Array }[]> {
  const { rows } = await db.query<{ mentalModelId: string; tags: string[]; embedding: Buffer }>(
    `SELECT mental_model_id AS "mentalModelId", tags, embedding FROM mental_models WHERE bank_key = $1`,
    [bankKey],
  );
  return rows.map((row) => ({ ...row, embedding: readVectorBytes(row.embedding) }));
}

/** The mental models with these ids that there are, in no order. */
export async function findMentalModels(
  db: Queryable,
  bankKey: string,
  mentalModelIds: readonly string[],
): Promise<MentalModelRow[]> {
  const { rows } = await db.query<MentalModelRow>(
    `SELECT ${MENTAL_MODEL_COLUMNS} FROM mental_models WHERE bank_key = $1 AND mental_model_id = ANY ($2)`,
    [bankKey, mentalModelIds],
  );
  return rows;
}

function readVectorBytes(bytes: Buffer): Float32Array {
  return Float32Array.from({ length: bytes.length / 4 }, (_, index) => bytes.readFloatLE(index * 4));
}
