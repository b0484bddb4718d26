/** The facts that wait to be consolidated, and what becomes of them. */
import type { Queryable } from "./database.ts";

/** A fact that waits to be consolidated. */
export interface PendingFact {
  unitId: string;
  text: string;
  context: string | null;
  documentId: string | null;
  /** The bank's revision that wrote it. */
  revision: string;
  eventDate: Date | null;
  occurredStart: Date | null;
  occurredEnd: Date | null;
  mentionedAt: Date | null;
  tags: string[];
  observationScopes: unknown;
  /** Of several scopes those that it was consolidated in already. */
  consolidatedScopes: string[][] | null;
}

const COLUMNS = `unit_id AS "unitId", text, context, document_id AS "documentId", revision, event_date AS "eventDate",
  occurred_start AS "occurredStart", occurred_end AS "occurredEnd", mentioned_at AS "mentionedAt", tags,
  observation_scopes AS "observationScopes", consolidated_scopes AS "consolidatedScopes"`;
const PENDING = `bank_key = $1 AND fact_type <> 'observation' AND consolidated_at IS NULL AND consolidation_failed_at IS NULL`;
/** Whether a fact carries all tags of one of the scopes; null: whether it is there. */
const IN_SCOPES = `($2::jsonb IS NULL OR EXISTS (
  SELECT FROM jsonb_array_elements($2::jsonb) AS scope WHERE tags @> ARRAY(SELECT jsonb_array_elements_text(scope))))`;

/**
 * The first facts that wait, in the order in which they were stored; what was stored at once, in that in which it was told.
 * @param without facts that are passed over.
 */
export async function listPendingFacts(
  db: Queryable,
  bankKey: string,
  options: { limit: number; scopes: readonly (readonly string[])[] | null; without: readonly string[] },
): Promise<PendingFact[]> {
  const { limit, scopes, without } = options;
  const { rows } = await db.query<PendingFact>(
    `SELECT ${COLUMNS} FROM memory_units
     WHERE ${PENDING} AND ${IN_SCOPES} AND unit_id <> ALL ($3::uuid[])
     ORDER BY created_at, mentioned_at NULLS FIRST, document_id COLLATE "C", chunk_index, position LIMIT $4`,
    [bankKey, scopes && JSON.stringify(scopes), without, limit],
  );
  return rows;
}

/** How many facts wait. */
export async function countPendingFacts(
  db: Queryable,
  bankKey: string,
  scopes: readonly (readonly string[])[] | null,
): Promise<number> {
  const { rows } = await db.query<{ count: number }>(
    `SELECT count(*)::int AS count FROM memory_units WHERE ${PENDING} AND ${IN_SCOPES}`,
    [bankKey, scopes && JSON.stringify(scopes)],
  );
  return rows[0]?.count ?? 0;
}

/** How many facts of the bank wait; counts no further than `limit`. */
export async function countUnconsolidated(db: Queryable, bankKey: string, limit: number): Promise<number> {
  const { rows } = await db.query<{ count: number }>(
    `SELECT count(*)::int AS count FROM (SELECT FROM memory_units WHERE ${PENDING} LIMIT $2) AS pending`,
    [bankKey, limit],
  );
  return rows[0]?.count ?? 0;
}

/** The revisions of those of the facts that still wait; of the others that they are there, or are missing. */
export async function factStates(
  db: Queryable,
  bankKey: string,
  unitIds: readonly string[],
): Promise<Map<string, { revision: string; isPending: boolean }>> {
  const { rows } = await db.query<{ unitId: string; revision: string; isPending: boolean }>(
    `SELECT unit_id AS "unitId", revision, consolidated_at IS NULL AND consolidation_failed_at IS NULL AS "isPending"
     FROM memory_units WHERE bank_key = $1 AND unit_id = ANY ($2::uuid[])`,
    [bankKey, unitIds],
  );
  return new Map(rows.map(({ unitId, ...state }) => [unitId, state]));
}

/** Facts are consolidated in all their scopes. */
export async function markConsolidated(
  db: Queryable,
  bankKey: string,
  unitIds: readonly string[],
  now: Date,
): Promise<void> {
  await db.query(
    `UPDATE memory_units SET consolidated_at = $3, consolidated_scopes = NULL
     WHERE bank_key = $1 AND unit_id = ANY ($2::uuid[])`,
    [bankKey, unitIds, now],
  );
}

/** Facts are consolidated in one of their scopes; others are left. */
export async function markScopeConsolidated(
  db: Queryable,
  bankKey: string,
  unitIds: readonly string[],
  scope: readonly string[],
): Promise<void> {
  await db.query(
    `UPDATE memory_units SET consolidated_scopes = coalesce(consolidated_scopes, '[]') || jsonb_build_array($3::jsonb)
     WHERE bank_key = $1 AND unit_id = ANY ($2::uuid[])`,
    [bankKey, unitIds, JSON.stringify(scope)],
  );
}

/**
 * A fact cannot be consolidated: it waits no longer, until somebody lets it be tried again. One that was changed since it was
 * read waits still.
 * @param isDone whether it counts as consolidated all the same.
 */
export async function markConsolidationFailed(
  db: Queryable,
  bankKey: string,
  { unitId, revision }: Pick<PendingFact, "unitId" | "revision">,
  { now, isDone }: { now: Date; isDone: boolean },
): Promise<void> {
  await db.query(
    `UPDATE memory_units SET consolidation_failed_at = $3::timestamptz,
       consolidated_at = CASE WHEN $4::boolean THEN $3::timestamptz END,
       consolidated_scopes = NULL
     WHERE bank_key = $1 AND unit_id = $2 AND revision = $5`,
    [bankKey, unitId, now, isDone, revision],
  );
}
