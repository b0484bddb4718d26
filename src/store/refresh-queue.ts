import type { Queryable } from "./database.ts";

/** The refresh of a mental model that waits, locked until the transaction ends: no worker takes it meanwhile. */
export async function lockPendingRefresh(
  db: Queryable,
  bankKey: string,
  serializationKey: string,
): Promise<string | undefined> {
  const { rows } = await db.query<{ operationId: string }>(
    `SELECT operation_id AS "operationId" FROM operations
     WHERE bank_key = $1 AND serialization_key = $2 AND operation_type = 'refresh_mental_model' AND status = 'pending'
     ORDER BY position LIMIT 1 FOR NO KEY UPDATE`,
    [bankKey, serializationKey],
  );
  return rows[0]?.operationId;
}

/** Turns a refresh that waits into one that writes all of the content. */
export async function makeRefreshFull(db: Queryable, bankKey: string, operationId: string): Promise<void> {
  await db.query(
    `UPDATE operations SET task_payload = task_payload || '{"mode": "full"}'
     WHERE bank_key = $1 AND operation_id = $2`,
    [bankKey, operationId],
  );
}
