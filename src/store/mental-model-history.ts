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
