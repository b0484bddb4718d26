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

/**
 * Takes back the rows of workers that are gone, whose locks are free, and those of `idle` workers, which run nothing: they
 * are pending again with one more retry, or failed when they have used up `maxRetries`. What somebody else is changing is
 * left to the next time. Call in a transaction.
 * @returns a row for each.
 */
export async function recoverOperations(
  db: Queryable,
  idle: readonly number[],
  maxRetries: number,
  now: Date,
): Promise<{ sandboxId: string }[]> {
  const { rows } = await db.query<{ sandboxId: string }>(
    `WITH gone AS MATERIALIZED (
       SELECT worker FROM (
         SELECT split_part(worker_id, '.', 1)::int AS worker FROM operations WHERE worker_id IS NOT NULL
         UNION SELECT split_part(worker_id, '.', 1)::int FROM deleted_runs) w
       WHERE worker = ANY ($4::int[]) OR pg_try_advisory_xact_lock($1, worker)),
     taken AS (
       SELECT o.bank_key, o.operation_id FROM operations o
       WHERE o.worker_id IS NOT NULL AND split_part(o.worker_id, '.', 1)::int IN (SELECT worker FROM gone)
       FOR NO KEY UPDATE SKIP LOCKED),
     stopped AS (
       DELETE FROM deleted_runs WHERE split_part(worker_id, '.', 1)::int IN (SELECT worker FROM gone))
     UPDATE operations o SET worker_id = NULL, updated_at = coalesce(s.clock, $3), run_again = false, outcome_reported = false,
       status = CASE WHEN status = 'cancelled' THEN status WHEN retry_count >= $2 THEN 'failed' ELSE 'pending' END,
       error_message = CASE WHEN status = 'processing' AND retry_count >= $2
         THEN 'RuntimeError: exceeded max recovery attempts' ELSE error_message END,
       completed_at = CASE WHEN status = 'processing' AND retry_count >= $2 THEN coalesce(s.clock, $3) END,
       retry_count = CASE WHEN status = 'cancelled' OR retry_count >= $2 THEN retry_count ELSE retry_count + 1 END
     FROM taken JOIN banks b USING (bank_key) JOIN sandboxes s USING (sandbox_id)
     WHERE o.bank_key = taken.bank_key AND o.operation_id = taken.operation_id
     RETURNING b.sandbox_id AS "sandboxId"`,
    [WORKER_LOCK_CLASS, maxRetries, now, idle],
  );
  return rows;
}

/** Parents that wait although none of their children does: what ended the last of them could not settle them. */
export async function listStrandedParents(
  db: Queryable,
): Promise<{ bankKey: string; sandboxId: string; operationId: string; childless: boolean }[]> {
  const { rows } = await db.query<{
    bankKey: string;
    sandboxId: string;
    operationId: string;
    childless: boolean;
  }>(
    `SELECT bank_key AS "bankKey", sandbox_id AS "sandboxId", operation_id AS "operationId",
       NOT EXISTS (SELECT FROM operations c WHERE c.bank_key = o.bank_key AND c.parent_id = o.operation_id) AS childless
     FROM operations o JOIN banks USING (bank_key)
     WHERE status = 'pending' AND task_payload IS NULL AND NOT EXISTS (
       SELECT FROM operations c WHERE c.bank_key = o.bank_key AND c.parent_id = o.operation_id
         AND c.status IN ('pending', 'processing'))
     ORDER BY bank_key, operation_id`,
  );
  return rows;
}

/** Deletes up to `limit` operations that ended before an instant, the oldest first: a sandbox's, or all. @returns how many. */
export async function deleteEndedBefore(
  db: Queryable,
  instant: Date,
  { sandboxId, limit }: { sandboxId: string | null; limit: number },
): Promise<number> {
  const { rowCount } = await db.query(
    `DELETE FROM operations WHERE (bank_key, operation_id) IN (
       SELECT bank_key, operation_id FROM operations
       WHERE status IN ('completed', 'failed', 'cancelled') AND worker_id IS NULL AND updated_at < $1
         AND ($3::text IS NULL OR bank_key IN (SELECT bank_key FROM banks WHERE sandbox_id = $3))
       ORDER BY updated_at, operation_id LIMIT $2 FOR UPDATE SKIP LOCKED)`,
    [instant, limit, sandboxId],
  );
  return rowCount ?? 0;
}
