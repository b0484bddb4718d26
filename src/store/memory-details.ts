import type { Queryable } from "./database.ts";
import { UNIT_COLUMNS, type UnitRow } from "./unit-row.ts";

/** A memory by itself: live, or in the archive. */
export interface MemoryDetails extends UnitRow {
  /** The bank's revision that wrote it. */
  revision: string;
  metadata: Record<string, unknown>;
  observationScopes: unknown;
  attachmentIds: string[];
  editedAt: Date | null;
  consolidatedAt: Date | null;
  consolidationFailedAt: Date | null;
  /** Both null: the memory is live. */
  invalidatedAt: Date | null;
  invalidationReason: string | null;
}

const COLUMNS = `${UNIT_COLUMNS}, revision, metadata, observation_scopes AS "observationScopes",
  attachment_ids AS "attachmentIds", edited_at AS "editedAt", consolidated_at AS "consolidatedAt",
  consolidation_failed_at AS "consolidationFailedAt"`;

export async function findMemory(
  db: Queryable,
  bankKey: string,
  unitId: string,
): Promise<MemoryDetails | undefined> {
  const { rows } = await db.query<MemoryDetails>(
    `SELECT ${COLUMNS}, NULL::timestamptz AS "invalidatedAt", NULL AS "invalidationReason"
     FROM memory_units WHERE bank_key = $1 AND unit_id = $2
     UNION ALL
     SELECT ${COLUMNS}, invalidated_at, invalidation_reason
     FROM archived_units WHERE bank_key = $1 AND unit_id = $2`,
    [bankKey, unitId],
  );
  return rows[0];
}

/** A fact that an observation rests on. */
export interface SourceMemory {
  unitId: string;
  text: string;
  factType: string;
  context: string | null;
  occurredStart: Date | null;
  mentionedAt: Date | null;
}

/** The facts by id, the last mentioned first; those that are gone are missing. */
export async function listSources(
  db: Queryable,
  bankKey: string,
  unitIds: readonly string[],
): Promise<SourceMemory[]> {
  const { rows } = await db.query<SourceMemory>(
    `SELECT unit_id AS "unitId", text, fact_type AS "factType", context, occurred_start AS "occurredStart",
       mentioned_at AS "mentionedAt"
     FROM memory_units WHERE bank_key = $1 AND unit_id = ANY ($2::uuid[])
     ORDER BY mentioned_at DESC NULLS LAST, unit_id`,
    [bankKey, unitIds],
  );
  return rows;
}
