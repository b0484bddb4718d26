import type { Queryable } from "./database.ts";

/** What an observation was before a change, and what the change brought. */
export interface ObservationChange {
  previousText: string;
  previousTags: string[];
  previousOccurredStart: Date | null;
  previousOccurredEnd: Date | null;
  previousMentionedAt: Date | null;
  newSourceMemoryIds: string[];
  changedAt: Date;
}

/** Adds a change to an observation's history, of which the newest `limit` are kept. */
export async function addObservationChange(
  db: Queryable,
  bankKey: string,
  unitId: string,
  change: ObservationChange,
  limit: number,
): Promise<void> {
  await db.query(
    `WITH added AS (
       INSERT INTO observation_history (bank_key, unit_id, number, previous_text, previous_tags, previous_occurred_start,
         previous_occurred_end, previous_mentioned_at, new_source_memory_ids, changed_at)
       SELECT $1, $2, 1 + coalesce(max(number), 0), $3, $4, $5, $6, $7, $8, $9
       FROM observation_history WHERE bank_key = $1 AND unit_id = $2 RETURNING number)
     DELETE FROM observation_history h USING added
     WHERE h.bank_key = $1 AND h.unit_id = $2 AND h.number <= added.number - $10`,
    [
      bankKey,
      unitId,
      change.previousText,
      change.previousTags,
      change.previousOccurredStart?.toISOString(),
      change.previousOccurredEnd?.toISOString(),
      change.previousMentionedAt?.toISOString(),
      change.newSourceMemoryIds,
      change.changedAt,
      limit,
    ],
  );
}

/** An observation's changes, in their order. */
export async function listObservationChanges(
  db: Queryable,
  bankKey: string,
  unitId: string,
): Promise<ObservationChange[]> {
  const { rows } = await db.query<ObservationChange>(
    `SELECT previous_text AS "previousText", previous_tags AS "previousTags",
       previous_occurred_start AS "previousOccurredStart", previous_occurred_end AS "previousOccurredEnd",
       previous_mentioned_at AS "previousMentionedAt",
       new_source_memory_ids AS "newSourceMemoryIds", changed_at AS "changedAt"
     FROM observation_history WHERE bank_key = $1 AND unit_id = $2 ORDER BY number`,
    [bankKey, unitId],
  );
  return rows;
}
