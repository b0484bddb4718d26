import type { Queryable } from "./database.ts";

export type OperationStatus = "pending" | "processing" | "completed" | "failed" | "cancelled";

/** An operation's row. */
export interface OperationRow {
  operationId: string;
  parentId: string | null;
  operationType: string;
  status: OperationStatus;
  taskPayload: Record<string, unknown> | null;
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
  task_payload AS "taskPayload", result_metadata AS "resultMetadata", retry_count AS "retryCount",
  next_retry_at AS "nextRetryAt", error_message AS "errorMessage", created_at AS "createdAt", updated_at AS "updatedAt",
  completed_at AS "completedAt"`;

/** Hands out `count` numbers that new operations' ids are derived from. @returns the first. */
export async function takeOperationNumbers(db: Queryable, bankKey: string, count: number): Promise<number> {
  const { rows } = await db.query<{ first: string }>(
    `UPDATE banks SET operation_counter = operation_counter + $2 WHERE bank_key = $1
     RETURNING operation_counter - $2 AS first`,
    [bankKey, count],
  );
  const row = rows[0];
  if (!row) throw new Error("The bank was deleted while an operation was being submitted");
  return Number(row.first);
}

export async function insertOperation(
  db: Queryable,
  bankKey: string,
  operation: NewOperation,
  now: Date,
): Promise<void> {
  await db.query(
    `INSERT INTO operations (bank_key, operation_id, parent_id, operation_type, task_payload, result_metadata,
       serialization_key, created_at, updated_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $8)`,
    [
      bankKey,
      operation.operationId,
      operation.parentId,
      operation.operationType,
      operation.taskPayload && JSON.stringify(operation.taskPayload),
      JSON.stringify(operation.resultMetadata),
      operation.serializationKey,
      now,
    ],
  );
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

/** The same, locked until the transaction ends. */
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
  await db.query("DELETE FROM operations WHERE bank_key = $1 AND operation_id = $2", [bankKey, operationId]);
}
