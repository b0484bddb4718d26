import type { Queryable } from "./database.ts";

/** Whose work is asked about: all banks of a sandbox, or some of them. */
export interface SettlingScope {
  sandboxId: string;
  bankIds?: readonly string[] | undefined;
}

const IN_SCOPE = "b.sandbox_id = $1 AND ($2::text[] IS NULL OR b.bank_id = ANY ($2))";
const FAILED_OR_PUT_OFF = "(o.status = 'failed' OR o.status = 'pending' AND o.next_retry_at > $3)";

/** How many rows of the scope run or are due, and how many failed or were put off and were not reported yet. */
export async function countOpenWork(
  db: Queryable,
  scope: SettlingScope,
  now: Date,
): Promise<{ busy: number; unreported: number }> {
  const { rows } = await db.query<{ busy: number; unreported: number }>(
    `SELECT
       count(*) FILTER (WHERE o.status = 'processing'
         OR o.status = 'pending' AND (o.next_retry_at IS NULL OR o.next_retry_at <= $3))::int AS busy,
       count(*) FILTER (WHERE ${FAILED_OR_PUT_OFF} AND NOT o.outcome_reported)::int AS unreported
     FROM operations o JOIN banks b USING (bank_key) WHERE o.task_payload IS NOT NULL AND ${IN_SCOPE}`,
    [scope.sandboxId, scope.bankIds ?? null, now],
  );
  return rows[0] ?? { busy: 0, unreported: 0 };
}

/** A row that failed or was put off. */
export interface UnsettledRow {
  bankId: string;
  operationId: string;
  operationType: string;
  status: "failed" | "pending";
  errorMessage: string | null;
  nextRetryAt: Date | null;
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
       RETURNING o.*, b.bank_id)
     SELECT bank_id AS "bankId", operation_id AS "operationId", operation_type AS "operationType", status,
       error_message AS "errorMessage", next_retry_at AS "nextRetryAt"
     FROM reported ORDER BY position`,
    [scope.sandboxId, scope.bankIds ?? null, now],
  );
  return rows;
}
