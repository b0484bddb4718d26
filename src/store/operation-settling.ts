import type { Queryable } from "./database.ts";
import type { OperationStatus } from "./operations.ts";

/** Whose work is asked about: all banks of a sandbox, or some of them. */
export interface SettlingScope {
  sandboxId: string;
  bankIds?: readonly string[] | undefined;
}

/** Operations, and runs whose operation is gone. */
const WORK = `(
  SELECT bank_key, operation_id, operation_type, status, coalesce(put_off_because, error_message) AS reason, next_retry_at,
    worker_id, position, outcome_reported, task_payload IS NOT NULL AS is_executed FROM operations
  UNION ALL
  SELECT bank_key, operation_id, operation_type, 'cancelled', NULL, NULL, worker_id, position, true, true FROM deleted_runs) o`;
const IN_SCOPE = "b.sandbox_id = $1 AND ($2::text[] IS NULL OR b.bank_id = ANY ($2))";
/** What was cancelled while it ran goes on to its next checkpoint, and may still store something. */
const OPEN = `(o.status = 'processing' OR o.status = 'cancelled' AND o.worker_id IS NOT NULL
  OR o.status = 'pending' AND (o.next_retry_at IS NULL OR o.next_retry_at <= $3))`;
const FAILED_OR_PUT_OFF = "(o.status = 'failed' OR o.status = 'pending' AND o.next_retry_at > $3)";

/** How many rows of the scope run or are due, and how many failed or were put off and were not reported yet. */
export async function countOpenWork(
  db: Queryable,
  scope: SettlingScope,
  now: Date,
): Promise<{ busy: number; unreported: number }> {
  const { rows } = await db.query<{ busy: number; unreported: number }>(
    `SELECT
       count(*) FILTER (WHERE ${OPEN})::int AS busy,
       count(*) FILTER (WHERE ${FAILED_OR_PUT_OFF} AND NOT o.outcome_reported)::int AS unreported
     FROM ${WORK} JOIN banks b USING (bank_key) WHERE o.is_executed AND ${IN_SCOPE}`,
    [scope.sandboxId, scope.bankIds ?? null, now],
  );
  return rows[0] ?? { busy: 0, unreported: 0 };
}

/** A row that is in the way of settling: it failed, was put off, waits or runs. */
export interface UnsettledRow {
  bankId: string;
  operationId: string;
  operationType: string;
  status: OperationStatus;
  /** What failed, or why it was put off. */
  errorMessage: string | null;
  nextRetryAt: Date | null;
}

const COLUMNS = `b.bank_id AS "bankId", operation_id AS "operationId", operation_type AS "operationType", status,
  reason AS "errorMessage", next_retry_at AS "nextRetryAt"`;

/** The first rows of banks that wait, were put off or run, in the order of their submission. */
export async function listUnfinished(
  db: Queryable,
  bankKeys: readonly string[],
  limit: number,
): Promise<UnsettledRow[]> {
  const { rows } = await db.query<UnsettledRow>(
    `SELECT ${COLUMNS} FROM ${WORK} JOIN banks b USING (bank_key)
     WHERE bank_key = ANY ($1::bigint[]) AND (status IN ('pending', 'processing') OR worker_id IS NOT NULL)
     ORDER BY position LIMIT $2`,
    [bankKeys, limit],
  );
  return rows;
}

/** The ids of rows of some types that have not begun. */
export async function listWaiting(
  db: Queryable,
  scope: SettlingScope,
  types: readonly string[],
): Promise<string[]> {
  const { rows } = await db.query<{ id: string }>(
    `SELECT operation_id AS id FROM operations o JOIN banks b USING (bank_key)
     WHERE status = 'pending' AND operation_type = ANY ($3) AND ${IN_SCOPE} ORDER BY position`,
    [scope.sandboxId, scope.bankIds ?? null, types],
  );
  return rows.map(({ id }) => id);
}

/** The first rows of the scope that run or are due, in the order of their submission. */
export async function listOpenWork(
  db: Queryable,
  scope: SettlingScope,
  now: Date,
  limit: number,
): Promise<UnsettledRow[]> {
  const { rows } = await db.query<UnsettledRow>(
    `SELECT ${COLUMNS} FROM ${WORK} JOIN banks b USING (bank_key)
     WHERE o.is_executed AND ${IN_SCOPE} AND ${OPEN} ORDER BY position LIMIT $4`,
    [scope.sandboxId, scope.bankIds ?? null, now, limit],
  );
  return rows;
}

/** Takes the rows that failed or were put off and were not reported yet, in the order of their submission. */
export async function takeUnreported(
  db: Queryable,
  scope: SettlingScope,
  now: Date,
): Promise<UnsettledRow[]> {
  const { rows } = await db.query<UnsettledRow>(
    `WITH reported AS (
       UPDATE operations o SET outcome_reported = true FROM banks b
       WHERE b.bank_key = o.bank_key AND o.task_payload IS NOT NULL AND NOT o.outcome_reported
         AND ${IN_SCOPE} AND ${FAILED_OR_PUT_OFF}
       RETURNING o.*, coalesce(o.put_off_because, o.error_message) AS reason, b.bank_id)
     SELECT ${COLUMNS} FROM reported b ORDER BY position`,
    [scope.sandboxId, scope.bankIds ?? null, now],
  );
  return rows;
}
