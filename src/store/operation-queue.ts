import type { Queryable } from "./database.ts";
import type { OperationRow, OperationStatus } from "./operations.ts";

/** The channel on which every change of the queue is announced; the payload is the sandbox's id. */
export const OPERATIONS_CHANNEL = "hindsight_operations";

/** The first key of the advisory locks that workers hold; the second is the worker's id. */
export const WORKER_LOCK_CLASS = 0x4853;

/** Heard when the transaction commits. */
export async function announceOperations(db: Queryable, sandboxId: string): Promise<void> {
  await db.query("SELECT pg_notify($1, $2)", [OPERATIONS_CHANNEL, sandboxId]);
}

/** A row that a worker has to execute. */
export interface ClaimedOperation {
  bankKey: string;
  sandboxId: string;
  bankId: string;
  operationId: string;
  parentId: string | null;
  operationType: string;
  taskPayload: Record<string, unknown>;
  retryCount: number;
}

/**
 * Claims up to `limit` rows that are due, oldest first. A row with a serialization key waits for those of the same bank, key
 * and type that run, or are due and older.
 */
export async function claimOperations(
  db: Queryable,
  claim: { token: string; now: Date; limit: number },
): Promise<ClaimedOperation[]> {
  const { rows } = await db.query<ClaimedOperation>(
    `WITH picked AS (
       SELECT bank_key, operation_id FROM operations o
       WHERE status = 'pending' AND task_payload IS NOT NULL AND (next_retry_at IS NULL OR next_retry_at <= $2)
         AND (serialization_key IS NULL OR NOT EXISTS (
           SELECT FROM operations p
           WHERE p.bank_key = o.bank_key AND p.serialization_key = o.serialization_key
             AND p.operation_type = o.operation_type
             AND (p.status = 'processing' OR p.status = 'pending' AND p.position < o.position
               AND (p.next_retry_at IS NULL OR p.next_retry_at <= $2))))
       ORDER BY position LIMIT $3 FOR UPDATE SKIP LOCKED),
     claimed AS (
       UPDATE operations o SET status = 'processing', worker_id = $1, claimed_at = $2, updated_at = $2
       FROM picked WHERE o.bank_key = picked.bank_key AND o.operation_id = picked.operation_id
       RETURNING o.*)
     SELECT bank_key AS "bankKey", sandbox_id AS "sandboxId", bank_id AS "bankId", operation_id AS "operationId",
       parent_id AS "parentId", operation_type AS "operationType", task_payload AS "taskPayload",
       retry_count AS "retryCount"
     FROM claimed JOIN banks USING (bank_key) ORDER BY position`,
    [claim.token, claim.now, claim.limit],
  );
  return rows;
}

/** When the next row that waits for a retry is due; null when none waits. */
export async function nextRetryTime(db: Queryable): Promise<Date | null> {
  const { rows } = await db.query<{ at: Date | null }>(
    "SELECT min(next_retry_at) AS at FROM operations WHERE status = 'pending' AND task_payload IS NOT NULL",
  );
  return rows[0]?.at ?? null;
}

/** How a run ended. `metadata` is merged into the row's, key by key. */
export type RunOutcome =
  | { status: "completed"; metadata: Record<string, unknown> }
  /** Put off: it runs again at `nextRetryAt`. */
  | {
      status: "pending";
      errorMessage: string;
      nextRetryAt: Date;
      metadata: Record<string, unknown>;
    }
  /** `completedAt` null: an error that no retry can mend. */
  | { status: "failed"; errorMessage: string; completedAt: Date | null; metadata: Record<string, unknown> };

/**
 * Writes how a claimed row's run ended. A row that was cancelled meanwhile stays so, and gets the metadata only.
 * @returns the row's status now; undefined when the claim was lost or the row is gone.
 */
export async function writeOutcome(
  db: Queryable,
  claimed: { bankKey: string; operationId: string; token: string },
  outcome: RunOutcome,
  now: Date,
): Promise<OperationStatus | undefined> {
  const completedAt =
    outcome.status === "completed" ? now : outcome.status === "failed" ? outcome.completedAt : null;
  const { rows } = await db.query<{ status: OperationStatus }>(
    `UPDATE operations SET result_metadata = result_metadata || $4, updated_at = $5, worker_id = NULL,
       status = CASE WHEN status = 'cancelled' THEN status ELSE $6 END,
       error_message = CASE WHEN status = 'cancelled' THEN error_message ELSE $7 END,
       completed_at = CASE WHEN status = 'cancelled' THEN completed_at ELSE $8 END,
       retry_count = retry_count + CASE WHEN status = 'processing' AND $6 = 'pending' THEN 1 ELSE 0 END,
       next_retry_at = CASE WHEN status = 'processing' AND $6 = 'pending' THEN $9 ELSE next_retry_at END,
       outcome_reported = false, run_again = false
     WHERE bank_key = $1 AND operation_id = $2 AND worker_id = $3 AND status IN ('processing', 'cancelled')
     RETURNING status`,
    [
      claimed.bankKey,
      claimed.operationId,
      claimed.token,
      JSON.stringify(outcome.metadata),
      now,
      outcome.status,
      outcome.status === "completed" ? null : outcome.errorMessage,
      completedAt,
      outcome.status === "pending" ? outcome.nextRetryAt : null,
    ],
  );
  return rows[0]?.status;
}

/**
 * Whether work joined a claimed row while it ran, which its run may not have seen. Asking takes the mark away.
 * Call it in the transaction that would write how the run ended.
 */
export async function takeRunAgain(
  db: Queryable,
  claimed: { bankKey: string; operationId: string; token: string },
): Promise<boolean> {
  const { rowCount } = await db.query(
    `UPDATE operations SET run_again = false
     WHERE bank_key = $1 AND operation_id = $2 AND worker_id = $3 AND status = 'processing' AND run_again`,
    [claimed.bankKey, claimed.operationId, claimed.token],
  );
  return rowCount === 1;
}

/** Changes a row's status beside a run: cancelling it, or what its children say of a parent. */
export async function setStatus(
  db: Queryable,
  bankKey: string,
  operation: Pick<OperationRow, "operationId">,
  change: {
    status: OperationStatus;
    errorMessage?: string | undefined;
    completedAt?: Date;
    metadata?: Record<string, unknown>;
  },
  now: Date,
): Promise<void> {
  await db.query(
    `UPDATE operations SET status = $3, error_message = coalesce($4, error_message),
       completed_at = coalesce($5, completed_at), result_metadata = result_metadata || $6, updated_at = $7
     WHERE bank_key = $1 AND operation_id = $2`,
    [
      bankKey,
      operation.operationId,
      change.status,
      change.errorMessage ?? null,
      change.completedAt ?? null,
      JSON.stringify(change.metadata ?? {}),
      now,
    ],
  );
}

/** Puts rows back into the queue as if they had never run. */
export async function requeueOperations(
  db: Queryable,
  bankKey: string,
  operationIds: readonly string[],
  now: Date,
): Promise<void> {
  await db.query(
    `UPDATE operations SET status = 'pending', retry_count = 0, next_retry_at = NULL, error_message = NULL,
       completed_at = NULL, worker_id = NULL, claimed_at = NULL, run_again = false, outcome_reported = false, updated_at = $3
     WHERE bank_key = $1 AND operation_id = ANY ($2::uuid[])`,
    [bankKey, operationIds, now],
  );
}
