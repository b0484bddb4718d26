import type { Queryable } from "./database.ts";
import type { OperationStatus } from "./operations.ts";

/** A refresh of a mental model that has not ended. */
export interface OpenRefresh {
  operationId: string;
  status: OperationStatus;
}

/**
 * The refresh of a mental model that waits, locked until the transaction ends: no worker takes it meanwhile. One that runs is
 * found only with `running`.
 */
export async function lockOpenRefresh(
  db: Queryable,
  bankKey: string,
  serializationKey: string,
  { running }: { running: boolean },
): Promise<OpenRefresh | undefined> {
  const { rows } = await db.query<OpenRefresh>(
    `SELECT operation_id AS "operationId", status FROM operations
     WHERE bank_key = $1 AND serialization_key = $2 AND operation_type = 'refresh_mental_model'
       AND (status = 'pending' OR $3 AND status = 'processing')
     ORDER BY status = 'processing', position LIMIT 1 FOR NO KEY UPDATE`,
    [bankKey, serializationKey, running],
  );
  return rows[0];
}

/** Turns a refresh that waits into one that writes all of the content. */
export async function makeRefreshFull(
  db: Queryable,
  bankKey: string,
  operationId: string,
  now: Date,
): Promise<void> {
  await db.query(
    `UPDATE operations SET task_payload = task_payload || '{"_mode": "full"}', updated_at = $3
     WHERE bank_key = $1 AND operation_id = $2 AND status = 'pending' AND NOT task_payload @> '{"_mode": "full"}'`,
    [bankKey, operationId, now],
  );
}

/** Turns a refresh that waits, for its time as well, into one that somebody asked for: it runs now, whatever was before. */
export async function releaseRefresh(
  db: Queryable,
  bankKey: string,
  operationId: string,
  now: Date,
): Promise<void> {
  await db.query(
    `UPDATE operations SET task_payload = task_payload - '_automatic', next_retry_at = NULL, put_off_because = NULL,
       updated_at = $3
     WHERE bank_key = $1 AND operation_id = $2 AND status = 'pending'
       AND (task_payload ? '_automatic' OR next_retry_at IS NOT NULL)`,
    [bankKey, operationId, now],
  );
}
