import type { Queryable } from "./database.ts";

/** What one refresh replaced, or how it failed. */
export interface MentalModelHistoryRow {
  entry: Record<string, unknown>;
  changedAt: Date;
}

/** The history of a mental model, newest first. */
export async function listMentalModelHistory(
  db: Queryable,
  bankKey: string,
  mentalModelId: string,
): Promise<MentalModelHistoryRow[]> {
  const { rows } = await db.query<MentalModelHistoryRow>(
    `SELECT entry, changed_at AS "changedAt" FROM mental_model_history
     WHERE bank_key = $1 AND mental_model_id = $2 ORDER BY position DESC`,
    [bankKey, mentalModelId],
  );
  return rows;
}

/** Of entries of either kind so many are kept. */
const KEPT_ENTRIES = 50;

/** Adds an entry, and lets the oldest of its kind go. The mental model's row is locked by the transaction. */
export async function addMentalModelHistory(
  db: Queryable,
  bankKey: string,
  mentalModelId: string,
  { entry, failed }: { entry: Record<string, unknown>; failed: boolean },
  now: Date,
): Promise<void> {
  await db.query(
    `INSERT INTO mental_model_history (bank_key, mental_model_id, failed, entry, changed_at)
     VALUES ($1, $2, $3, $4, $5)`,
    [bankKey, mentalModelId, failed, JSON.stringify(entry), now],
  );
  await db.query(
    `DELETE FROM mental_model_history WHERE bank_key = $1 AND mental_model_id = $2 AND position IN (
       SELECT position FROM mental_model_history WHERE bank_key = $1 AND mental_model_id = $2 AND failed = $3
       ORDER BY position DESC OFFSET $4)`,
    [bankKey, mentalModelId, failed, KEPT_ENTRIES],
  );
}
