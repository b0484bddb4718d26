import type { Queryable } from "./database.ts";
import { WORKER_LOCK_CLASS } from "./operation-queue.ts";

/** Takes the lock that shows that this worker lives. It lasts as long as the connection. */
export async function lockWorker(connection: Queryable, workerId: number): Promise<boolean> {
  const { rows } = await connection.query<{ locked: boolean }>(
    "SELECT pg_try_advisory_lock($1, $2) AS locked",
    [WORKER_LOCK_CLASS, workerId],
  );
  return rows[0]?.locked ?? false;
}

export interface RecoveredOperation {
  bankKey: string;
  sandboxId: string;
  operationId: string;
  parentId: string | null;
  status: "pending" | "failed";
}

/**
 * Takes back the rows of workers that are gone, whose locks are free, and those of worker `idle`, which runs nothing: they
 * are pending again with one more retry, or failed when they have used up `maxRetries`. Call in a transaction.
 */
export async function recoverOperations(
  db: Queryable,
  idle: number,
  maxRetries: number,
  now: Date,
): Promise<RecoveredOperation[]> {
  const { rows } = await db.query<RecoveredOperation>(
    `WITH gone AS MATERIALIZED (
       SELECT worker FROM (
         SELECT DISTINCT split_part(worker_id, '.', 1)::int AS worker FROM operations WHERE status = 'processing') w
       WHERE worker = $4 OR pg_try_advisory_xact_lock($1, worker))
     UPDATE operations o SET worker_id = NULL, updated_at = $3, run_again = false, outcome_reported = false,
       status = CASE WHEN retry_count >= $2 THEN 'failed' ELSE 'pending' END,
       error_message = CASE WHEN retry_count >= $2
         THEN 'RuntimeError: exceeded max recovery attempts' ELSE error_message END,
       completed_at = CASE WHEN retry_count >= $2 THEN $3::timestamptz END,
       retry_count = CASE WHEN retry_count >= $2 THEN retry_count ELSE retry_count + 1 END
     FROM banks b
     WHERE o.status = 'processing' AND b.bank_key = o.bank_key
       AND split_part(o.worker_id, '.', 1)::int IN (SELECT worker FROM gone)
     RETURNING o.bank_key AS "bankKey", b.sandbox_id AS "sandboxId", o.operation_id AS "operationId",
       o.parent_id AS "parentId", o.status`,
    [WORKER_LOCK_CLASS, maxRetries, now, idle],
  );
  return rows;
}
