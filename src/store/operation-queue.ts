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

/** The run that claimed a row. */
export interface ClaimedRow {
  bankKey: string;
  operationId: string;
  token: string;
}

/**
 * Merges keys into the metadata of a claimed row, also of one that was cancelled meanwhile.
 * @returns false when another run has the row, or it waits for one. A row that was deleted is nobody else's.
 */
export async function noteMetadata(
  db: Queryable,
  claimed: ClaimedRow,
  metadata: Record<string, unknown>,
  now: Date,
): Promise<boolean> {
  const { rows } = await db.query<{ lost: boolean }>(
    `WITH noted AS (
       UPDATE operations SET result_metadata = result_metadata || $4, updated_at = $5
       WHERE bank_key = $1 AND operation_id = $2 AND worker_id = $3 RETURNING 1)
     SELECT NOT EXISTS (SELECT FROM noted)
       AND EXISTS (SELECT FROM operations WHERE bank_key = $1 AND operation_id = $2) AS lost`,
    [claimed.bankKey, claimed.operationId, claimed.token, JSON.stringify(metadata), now],
  );
  return rows[0]?.lost === false;
}

/** How a claimed row stands: `lost` when another run has it or may have it, `cancelled` also when it is gone. */
export async function claimState(db: Queryable, claimed: ClaimedRow): Promise<"held" | "cancelled" | "lost"> {
  const { rows } = await db.query<{ held: boolean; status: OperationStatus }>(
    `SELECT worker_id IS NOT DISTINCT FROM $3 AS held, status FROM operations WHERE bank_key = $1 AND operation_id = $2`,
    [claimed.bankKey, claimed.operationId, claimed.token],
  );
  const [row] = rows;
  if (!row) return "cancelled";
  if (!row.held) return "lost";
  return row.status === "cancelled" ? "cancelled" : "held";
}

/** How a run ended. `metadata` is merged into the row's, key by key. */
export type RunOutcome =
  | { status: "completed"; metadata: Record<string, unknown> }
  /** Put off after an error: it runs again at `nextRetryAt`, which counts as a retry. */
  | { status: "pending"; errorMessage: string; nextRetryAt: Date; metadata: Record<string, unknown> }
  /** Put off for a reason that is not the run's: the error and the number of retries stay what they were. */
  | { status: "deferred"; reason: string; nextRetryAt: Date; metadata: Record<string, unknown> }
  /** `completedAt` null: an error that no retry can mend. */
  | { status: "failed"; errorMessage: string; completedAt: Date | null; metadata: Record<string, unknown> };

/**
 * Writes how a claimed row's run ended. A row that was cancelled meanwhile stays so, and gets the metadata only.
 * @returns the row's status now; undefined when the claim was lost or the row is gone.
 */
export async function writeOutcome(
  db: Queryable,
  claimed: ClaimedRow,
  outcome: RunOutcome,
  now: Date,
): Promise<OperationStatus | undefined> {
  const { status } = outcome;
  const putOff = status === "pending" || status === "deferred";
  const { rows } = await db.query<{ status: OperationStatus }>(
    `UPDATE operations SET result_metadata = result_metadata || $4, updated_at = $5, worker_id = NULL,
       status = CASE WHEN status = 'cancelled' THEN status ELSE $6 END,
       error_message = CASE WHEN status = 'cancelled' OR $11::text IS NOT NULL THEN error_message ELSE $7 END,
       completed_at = CASE WHEN status = 'cancelled' THEN completed_at ELSE $8 END,
       retry_count = retry_count + CASE WHEN status = 'processing' THEN $10 ELSE 0 END,
       next_retry_at = CASE WHEN status = 'processing' AND $6 = 'pending' THEN $9 ELSE next_retry_at END,
       put_off_because = CASE WHEN status = 'processing' THEN $11 END, outcome_reported = false, run_again = false
     WHERE bank_key = $1 AND operation_id = $2 AND worker_id = $3 AND status IN ('processing', 'cancelled')
     RETURNING status`,
    [
      claimed.bankKey,
      claimed.operationId,
      claimed.token,
      JSON.stringify(outcome.metadata),
      now,
      putOff ? "pending" : status,
      "errorMessage" in outcome ? outcome.errorMessage : null,
      status === "completed" ? now : status === "failed" ? outcome.completedAt : null,
      putOff ? outcome.nextRetryAt : null,
      status === "pending" ? 1 : 0,
      status === "deferred" ? outcome.reason : null,
    ],
  );
  return rows[0]?.status;
}

/**
 * Lets go of rows whose run ended, as far as they are still its: what it left without an outcome waits again, and what was
 * cancelled stays so. Rows of other runs can have the same token, since several are claimed at once.
 */
export async function releaseClaim(
  db: Queryable,
  claim: { bankKey: string; operationIds: readonly string[]; token: string },
): Promise<void> {
  await db.query(
    `UPDATE operations SET worker_id = NULL, status = CASE WHEN status = 'processing' THEN 'pending' ELSE status END
     WHERE bank_key = $1 AND operation_id = ANY ($2::uuid[]) AND worker_id = $3`,
    [claim.bankKey, claim.operationIds, claim.token],
  );
  await db.query(
    "DELETE FROM deleted_runs WHERE bank_key = $1 AND operation_id = ANY ($2::uuid[]) AND worker_id = $3",
    [claim.bankKey, claim.operationIds, claim.token],
  );
}

/**
 * Whether work joined a claimed row while it ran, which its run may not have seen. Asking takes the mark away.
 * Call it in the transaction that would write how the run ended.
 */
export async function takeRunAgain(db: Queryable, claimed: ClaimedRow): Promise<boolean> {
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

/**
 * Puts rows back into the queue as if they had never run. One that still runs is no longer its run's, which can store nothing
 * more; it waits until that has stopped.
 */
export async function requeueOperations(
  db: Queryable,
  bankKey: string,
  operationIds: readonly string[],
  now: Date,
): Promise<void> {
  await db.query(
    `INSERT INTO deleted_runs (bank_key, operation_id, position, operation_type, serialization_key, worker_id)
     SELECT bank_key, operation_id, position, operation_type, serialization_key, worker_id FROM operations
     WHERE bank_key = $1 AND operation_id = ANY ($2::uuid[]) AND worker_id IS NOT NULL`,
    [bankKey, operationIds],
  );
  await db.query(
    `UPDATE operations SET status = 'pending', retry_count = 0, next_retry_at = NULL, error_message = NULL,
       put_off_because = NULL, completed_at = NULL, worker_id = NULL, claimed_at = NULL, run_again = false, outcome_reported = false, updated_at = $3
     WHERE bank_key = $1 AND operation_id = ANY ($2::uuid[])`,
    [bankKey, operationIds, now],
  );
}
