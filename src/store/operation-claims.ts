import type { Queryable } from "./database.ts";

/** A row that a worker has to execute. */
export interface ClaimedOperation {
  bankKey: string;
  sandboxId: string;
  bankId: string;
  operationId: string;
  parentId: string | null;
  operationType: string;
  serializationKey: string | null;
  taskPayload: Record<string, unknown>;
  /** As it was when the row was claimed: an earlier run may have left something there. */
  resultMetadata: Record<string, unknown>;
  retryCount: number;
  position: string;
}

/** Which rows to take, and how many. */
export interface ClaimOrder {
  /** Consolidations, or everything else. */
  consolidations: boolean;
  /** By age; or by bank, of the banks whose keys are greater than `afterBank`. */
  by: "age" | "bank";
  afterBank?: string;
  limit: number;
}

export interface ClaimToMake {
  token: string;
  now: Date;
  /**
   * Whether rows of one bank and type wait for one another as if they all had the same serialization key, consolidations for
   * what is to be retained, and refreshes for both.
   */
  inTurn: boolean;
  /** Where consolidations and refreshes may not begin yet. */
  held: readonly HeldOperations[];
}

/** Of a sandbox, all of its banks but some, and all operations but some. */
export interface HeldOperations {
  sandboxId: string;
  bankIds: readonly string[];
  operationIds: readonly string[];
}

/** Claims go one after the other, over all servers: which row is next depends on what others have claimed. */
const CLAIM_LOCK = 0x4854;

/** Waits until nobody else claims, and keeps it so until the transaction ends. */
export async function lockClaims(tx: Queryable): Promise<void> {
  await tx.query("SELECT pg_advisory_xact_lock($1)", [CLAIM_LOCK]);
}

/** Whether a row is due, by the clock of its sandbox. */
const due = (row: string) => `(${row}.next_retry_at IS NULL OR ${row}.next_retry_at <= coalesce(
  (SELECT clock FROM banks JOIN sandboxes USING (sandbox_id) WHERE bank_key = ${row}.bank_key), $2))`;
const COLUMNS = `bank_key AS "bankKey", sandbox_id AS "sandboxId", bank_id AS "bankId", operation_id AS "operationId",
  parent_id AS "parentId", operation_type AS "operationType", serialization_key AS "serializationKey",
  task_payload AS "taskPayload", result_metadata AS "resultMetadata", retry_count AS "retryCount", position`;

/** What one of two works with while the other changes it; each waits for the one that runs, and for those before it that are due. */
const AFTER_OTHERS = `operation_type NOT IN ('consolidation', 'refresh_mental_model') OR NOT EXISTS (
  SELECT FROM operations p
  WHERE p.bank_key = o.bank_key AND p.operation_type <> o.operation_type AND p.task_payload IS NOT NULL AND (
    p.operation_type IN ('retain', 'consolidation', 'refresh_mental_model') AND p.worker_id IS NOT NULL
    OR (p.operation_type = 'retain' OR p.operation_type = 'consolidation' AND o.operation_type = 'refresh_mental_model')
      AND p.status = 'pending' AND ${due("p")}))`;

/** What is held where that is said: work whose calls to models follow from all that is stored. */
export const HELD_TYPES: readonly string[] = ["consolidation", "refresh_mental_model"];
const HELD = `operation_type IN (${HELD_TYPES.map((type) => `'${type}'`).join(", ")}) AND EXISTS (
  SELECT FROM banks b JOIN jsonb_to_recordset($5) AS h ("sandboxId" text, "bankIds" text[], "operationIds" uuid[])
    ON h."sandboxId" = b.sandbox_id
  WHERE b.bank_key = o.bank_key AND b.bank_id <> ALL (h."bankIds") AND o.operation_id <> ALL (h."operationIds"))`;

/**
 * Claims rows that are due. A row with a serialization key waits for those of the same bank, key and type that run, also when
 * they were cancelled and have not stopped, or are due and older; in turn, any row does for those of the same bank and type.
 * One that was cancelled and queued again waits for its own former run. Call it in a transaction that has locked the claims.
 */
export async function claimOperations(
  tx: Queryable,
  claim: ClaimToMake,
  { consolidations, by, afterBank, limit }: ClaimOrder,
): Promise<ClaimedOperation[]> {
  const same = `p.bank_key = o.bank_key AND p.operation_type = o.operation_type ${
    claim.inTurn ? "" : "AND p.serialization_key = o.serialization_key"
  }`;
  const { rows } = await tx.query<ClaimedOperation>(
    `WITH picked AS (
       SELECT bank_key, operation_id FROM operations o
       WHERE status = 'pending' AND task_payload IS NOT NULL AND ${due("o")}
         AND operation_type ${consolidations ? "=" : "<>"} 'consolidation' AND bank_key > $4
         AND NOT EXISTS (SELECT FROM deleted_runs p WHERE p.bank_key = o.bank_key AND p.operation_id = o.operation_id)
         AND (${claim.inTurn ? "false" : "serialization_key IS NULL"} OR
           NOT EXISTS (SELECT FROM operations p WHERE ${same} AND p.worker_id IS NOT NULL)
           AND NOT EXISTS (SELECT FROM deleted_runs p WHERE ${same})
           AND NOT EXISTS (
             SELECT FROM operations p
             WHERE ${same} AND p.status = 'pending' AND p.position < o.position AND ${due("p")}))
         ${claim.inTurn ? `AND (${AFTER_OTHERS})` : ""}
         ${claim.held.length > 0 ? `AND NOT (${HELD})` : ""}
       ORDER BY ${by === "age" ? "" : "bank_key, "}position LIMIT $3 FOR NO KEY UPDATE SKIP LOCKED),
     claimed AS (
       UPDATE operations o SET status = 'processing', worker_id = $1, claimed_at = coalesce(clock, $2),
         updated_at = coalesce(clock, $2)
       FROM picked JOIN banks USING (bank_key) JOIN sandboxes USING (sandbox_id)
       WHERE o.bank_key = picked.bank_key AND o.operation_id = picked.operation_id
       RETURNING o.*)
     SELECT ${COLUMNS} FROM claimed JOIN banks USING (bank_key)
     ORDER BY ${by === "age" ? "" : "bank_key, "}position`,
    [
      ...[claim.token, claim.now, limit, afterBank ?? "0"],
      ...(claim.held.length > 0 ? [JSON.stringify(claim.held)] : []),
    ],
  );
  return rows;
}

/** The rows that are due behind a claimed one, of the same bank, key and type, by age. */
export async function listQueuedBehind(
  db: Queryable,
  claimed: ClaimedOperation,
  now: Date,
  limit: number,
): Promise<ClaimedOperation[]> {
  const { rows } = await db.query<ClaimedOperation>(
    `SELECT ${COLUMNS} FROM operations JOIN banks USING (bank_key)
     WHERE bank_key = $1 AND (next_retry_at IS NULL OR next_retry_at <= $2) AND serialization_key = $3 AND operation_type = $4 AND status = 'pending'
       AND position > $5
     ORDER BY position LIMIT $6`,
    [claimed.bankKey, now, claimed.serializationKey, claimed.operationType, claimed.position, limit],
  );
  return rows;
}

/**
 * Adds rows to a claim, in order, up to the first that somebody else is changing. Call it in a transaction; the claim must
 * hold the row in front of them, so that no other claim looks at them.
 * @returns how many.
 */
export async function joinClaim(
  tx: Queryable,
  claim: { token: string; now: Date },
  rows: readonly ClaimedOperation[],
): Promise<number> {
  const [first] = rows;
  if (!first) return 0;
  const ids = rows.map(({ operationId }) => operationId);
  const locked = await tx.query<{ id: string }>(
    `SELECT operation_id AS id FROM operations
     WHERE bank_key = $1 AND operation_id = ANY ($2::uuid[]) AND status = 'pending'
     FOR NO KEY UPDATE SKIP LOCKED`,
    [first.bankKey, ids],
  );
  const free = new Set(locked.rows.map(({ id }) => id));
  const taken = ids.findIndex((id) => !free.has(id));
  const joined = taken < 0 ? ids : ids.slice(0, taken);
  await tx.query(
    `UPDATE operations SET status = 'processing', worker_id = $3, claimed_at = $4, updated_at = $4
     WHERE bank_key = $1 AND operation_id = ANY ($2::uuid[])`,
    [first.bankKey, joined, claim.token, claim.now],
  );
  return joined.length;
}

/** When the next row that waits for a retry is due; null when none waits. */
export async function nextRetryTime(db: Queryable, after: Date): Promise<Date | null> {
  const { rows } = await db.query<{ at: Date | null }>(
    `SELECT min(next_retry_at) AS at FROM operations
     WHERE status = 'pending' AND task_payload IS NOT NULL AND next_retry_at > $1`,
    [after],
  );
  return rows[0]?.at ?? null;
}
