import type { Queryable } from "./database.ts";

export type OperationStatus = "pending" | "processing" | "completed" | "failed" | "cancelled";

/** An operation's row, without its payload, which can be large. */
export interface OperationRow {
  operationId: string;
  parentId: string | null;
  operationType: string;
  status: OperationStatus;
  resultMetadata: Record<string, unknown>;
  retryCount: number;
  nextRetryAt: Date | null;
  errorMessage: string | null;
  createdAt: Date;
  updatedAt: Date;
  completedAt: Date | null;
}

/** What a new row is made of. */
export interface NewOperation {
  operationId: string;
  parentId: string | null;
  operationType: string;
  /** Null: no worker claims it. */
  taskPayload: Record<string, unknown> | null;
  resultMetadata: Record<string, unknown>;
  serializationKey: string | null;
}

const COLUMNS = `operation_id AS "operationId", parent_id AS "parentId", operation_type AS "operationType", status,
  result_metadata AS "resultMetadata", retry_count AS "retryCount", next_retry_at AS "nextRetryAt",
  error_message AS "errorMessage", created_at AS "createdAt", updated_at AS "updatedAt", completed_at AS "completedAt"`;

/**
 * Counts operations by what they are made of, and says how many of each the bank was given before. What is counted at once
 * counts one after the other.
 */
export async function countContents(
  db: Queryable,
  bankKey: string,
  hashes: readonly Buffer[],
): Promise<number[]> {
  const { rows } = await db.query<{ hash: string; before: string }>(
    `INSERT INTO operation_counts AS c (bank_key, content_hash, count)
     SELECT $1, hash, count(*) FROM unnest($2::bytea[]) hash GROUP BY hash ORDER BY hash
     ON CONFLICT (bank_key, content_hash) DO UPDATE SET count = c.count + excluded.count
     RETURNING encode(content_hash, 'hex') AS hash,
       count - (SELECT count(*) FROM unnest($2::bytea[]) given WHERE given = content_hash) AS before`,
    [bankKey, hashes],
  );
  const next = new Map(rows.map(({ hash, before }) => [hash, Number(before)]));
  return hashes.map((bytes) => {
    const hash = bytes.toString("hex");
    const number = next.get(hash) ?? 0;
    next.set(hash, number + 1);
    return number;
  });
}

/** Inserts operations in the order given. */
export async function insertOperations(
  db: Queryable,
  bankKey: string,
  operations: readonly NewOperation[],
  now: Date,
): Promise<void> {
  await db.query(
    `INSERT INTO operations (bank_key, operation_id, parent_id, operation_type, task_payload, result_metadata,
       serialization_key, created_at, updated_at)
     SELECT $1, id, parent, type, payload, metadata, key, $8, $8
     FROM unnest($2::uuid[], $3::uuid[], $4::text[], $5::jsonb[], $6::jsonb[], $7::text[]) WITH ORDINALITY
       AS given (id, parent, type, payload, metadata, key, number)
     ORDER BY number`,
    [
      bankKey,
      operations.map(({ operationId }) => operationId),
      operations.map(({ parentId }) => parentId),
      operations.map(({ operationType }) => operationType),
      operations.map(({ taskPayload }) => taskPayload && JSON.stringify(taskPayload)),
      operations.map(({ resultMetadata }) => JSON.stringify(resultMetadata)),
      operations.map(({ serializationKey }) => serializationKey),
      now,
    ],
  );
}

/**
 * An operation of a type whose work a new request can join, locked until the transaction ends: no worker takes it meanwhile.
 * One that runs is found only with `running`. With `unscoped` those that are limited to some scopes are left out.
 */
export async function lockJoinable(
  db: Queryable,
  bankKey: string,
  operationType: string,
  { running = false, unscoped = false } = {},
): Promise<{ operationId: string; status: OperationStatus } | undefined> {
  const { rows } = await db.query<{ operationId: string; status: OperationStatus }>(
    `SELECT operation_id AS "operationId", status FROM operations
     WHERE bank_key = $1 AND operation_type = $2 AND (status = 'pending' OR $3 AND status = 'processing')
       AND NOT ($4 AND task_payload ? 'observation_scopes')
     ORDER BY status = 'processing', position LIMIT 1 FOR NO KEY UPDATE`,
    [bankKey, operationType, running, unscoped],
  );
  return rows[0];
}

/** Adds events to those that an operation's metadata holds. */
export async function appendDocumentEvents(
  db: Queryable,
  bankKey: string,
  operationId: string,
  events: readonly object[],
): Promise<void> {
  if (events.length === 0) return;
  await db.query(
    `UPDATE operations SET result_metadata = jsonb_set(result_metadata, '{document_events}',
       coalesce(result_metadata->'document_events', '[]') || $3::jsonb)
     WHERE bank_key = $1 AND operation_id = $2`,
    [bankKey, operationId, JSON.stringify(events)],
  );
}

/** Merges keys into what a worker executes. */
export async function notePayload(
  db: Queryable,
  bankKey: string,
  operationId: string,
  payload: Record<string, unknown>,
): Promise<void> {
  await db.query(
    "UPDATE operations SET task_payload = task_payload || $3 WHERE bank_key = $1 AND operation_id = $2",
    [bankKey, operationId, JSON.stringify(payload)],
  );
}

/** Adds to the tags whose mental models a consolidation is to have refreshed. */
export async function addRefreshTags(
  db: Queryable,
  bankKey: string,
  operationId: string,
  tags: readonly string[],
): Promise<void> {
  if (tags.length === 0) return;
  await db.query(
    `UPDATE operations SET task_payload = jsonb_set(task_payload, '{pending_refresh_tags}', (
       SELECT jsonb_agg(tag ORDER BY tag COLLATE "C") FROM (
         SELECT DISTINCT jsonb_array_elements_text(coalesce(task_payload->'pending_refresh_tags', '[]') || $3) AS tag) tags))
     WHERE bank_key = $1 AND operation_id = $2`,
    [bankKey, operationId, JSON.stringify(tags)],
  );
}

/** Lets an operation that runs do so once more before it ends. */
export async function runAgain(db: Queryable, bankKey: string, operationId: string): Promise<void> {
  await db.query("UPDATE operations SET run_again = true WHERE bank_key = $1 AND operation_id = $2", [
    bankKey,
    operationId,
  ]);
}

export async function findOperation(
  db: Queryable,
  bankKey: string,
  operationId: string,
): Promise<OperationRow | undefined> {
  const { rows } = await db.query<OperationRow>(
    `SELECT ${COLUMNS} FROM operations WHERE bank_key = $1 AND operation_id = $2`,
    [bankKey, operationId],
  );
  return rows[0];
}

/** What a worker executes; null for a parent. */
export async function readPayload(
  db: Queryable,
  bankKey: string,
  operationId: string,
): Promise<Record<string, unknown> | null> {
  const { rows } = await db.query<{ payload: Record<string, unknown> | null }>(
    "SELECT task_payload AS payload FROM operations WHERE bank_key = $1 AND operation_id = $2",
    [bankKey, operationId],
  );
  return rows[0]?.payload ?? null;
}

/** The operation, locked until the transaction ends. */
export async function lockOperation(
  db: Queryable,
  bankKey: string,
  operationId: string,
): Promise<OperationRow | undefined> {
  const { rows } = await db.query<OperationRow>(
    `SELECT ${COLUMNS} FROM operations WHERE bank_key = $1 AND operation_id = $2 FOR UPDATE`,
    [bankKey, operationId],
  );
  return rows[0];
}

/**
 * Reserves an operation id that a client chose until the transaction ends, and finds who has it already. Such ids are
 * unique in a sandbox.
 */
export async function reserveOperationId(
  db: Queryable,
  sandboxId: string,
  operationId: string,
): Promise<(OperationRow & { bankId: string }) | undefined> {
  await db.query("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", [`${sandboxId}/${operationId}`]);
  const { rows } = await db.query<OperationRow & { bankId: string }>(
    `SELECT ${COLUMNS}, (SELECT bank_id FROM banks b WHERE b.bank_key = operations.bank_key) AS "bankId"
     FROM operations WHERE operation_id = $1 AND bank_key IN (SELECT bank_key FROM banks WHERE sandbox_id = $2)`,
    [operationId, sandboxId],
  );
  return rows[0];
}

/** Whether a child of a parent has not ended. */
export async function hasOpenChild(db: Queryable, bankKey: string, parentId: string): Promise<boolean> {
  const { rows } = await db.query<{ open: boolean }>(
    `SELECT EXISTS (SELECT FROM operations WHERE bank_key = $1 AND parent_id = $2
       AND status IN ('pending', 'processing')) AS open`,
    [bankKey, parentId],
  );
  return rows[0]?.open ?? false;
}

/** A parent's children that exist, by their place in the batch. */
export async function listChildren(
  db: Queryable,
  bankKey: string,
  parentId: string,
): Promise<OperationRow[]> {
  const { rows } = await db.query<OperationRow>(
    `SELECT ${COLUMNS} FROM operations WHERE bank_key = $1 AND parent_id = $2
     ORDER BY (result_metadata->>'sub_batch_index')::int, position`,
    [bankKey, parentId],
  );
  return rows;
}

export interface OperationFilter {
  status: string | null;
  type: string | null;
  excludeParents: boolean;
  limit: number;
  offset: number;
}

/** A page of a bank's operations, newest first, and how many there are. */
export async function listOperations(
  db: Queryable,
  bankKey: string,
  filter: OperationFilter,
): Promise<{ total: number; operations: OperationRow[] }> {
  const where = `bank_key = $1 AND ($2::text IS NULL OR status = $2) AND ($3::text IS NULL OR operation_type = $3)
    AND NOT ($4 AND result_metadata @> '{"is_parent": true}')`;
  const values = [bankKey, filter.status || null, filter.type || null, filter.excludeParents];
  const [page, count] = await Promise.all([
    db.query<OperationRow>(
      `SELECT ${COLUMNS} FROM operations WHERE ${where} ORDER BY created_at DESC, position DESC LIMIT $5 OFFSET $6`,
      [...values, filter.limit, filter.offset],
    ),
    db.query<{ total: number }>(`SELECT count(*)::int AS total FROM operations WHERE ${where}`, values),
  ]);
  return { total: count.rows[0]?.total ?? 0, operations: page.rows };
}

export async function removeOperation(db: Queryable, bankKey: string, operationId: string): Promise<void> {
  await db.query(
    `WITH removed AS (DELETE FROM operations WHERE bank_key = $1 AND operation_id = $2 RETURNING *)
     INSERT INTO deleted_runs (bank_key, operation_id, position, operation_type, serialization_key, worker_id)
     SELECT bank_key, operation_id, position, operation_type, serialization_key, worker_id FROM removed
     WHERE worker_id IS NOT NULL`,
    [bankKey, operationId],
  );
}
