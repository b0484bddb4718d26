import type { Queryable } from "./database.ts";
import { encodeVector, type VectorColumn } from "./vectors/vector-column.ts";

/** What an edit makes of a fact: all that it can change. */
export interface EditedUnit {
  unitId: string;
  text: string;
  context: string | null;
  factType: "world" | "experience";
  eventDate: Date | null;
  occurredStart: Date | null;
  occurredEnd: Date | null;
  mentionedAt: Date | null;
  embedding: Float32Array;
}

/** Writes an edited fact, which is then to be consolidated again. */
export async function updateUnit(
  db: Queryable,
  bankKey: string,
  unit: EditedUnit,
  options: { now: Date; revision: string; column: VectorColumn },
): Promise<void> {
  await db.query(
    `UPDATE memory_units SET text = $3, context = $4, fact_type = $5, event_date = $6, occurred_start = $7,
       occurred_end = $8, mentioned_at = $9, embedding = $10::text::${options.column},
       edited_at = $11, updated_at = $11, revision = $12, consolidated_at = NULL, consolidation_failed_at = NULL,
       consolidated_scopes = NULL
     WHERE bank_key = $1 AND unit_id = $2`,
    [
      bankKey,
      unit.unitId,
      unit.text,
      unit.context,
      unit.factType,
      unit.eventDate?.toISOString(),
      unit.occurredStart?.toISOString(),
      unit.occurredEnd?.toISOString(),
      unit.mentionedAt?.toISOString(),
      encodeVector(unit.embedding, options.column),
      options.now,
      options.revision,
    ],
  );
}

/** Takes all entities off a unit. */
export async function detachEntities(db: Queryable, bankKey: string, unitId: string): Promise<void> {
  await db.query("DELETE FROM unit_entities WHERE bank_key = $1 AND unit_id = $2", [bankKey, unitId]);
}

/** The columns that the archive has as well; the search vector is computed anew when a fact comes back. */
const SHARED = `bank_key, unit_id, position, revision, document_id, chunk_index, chunk_id, fact_type, text, context,
  event_date, occurred_start, occurred_end, mentioned_at, tags, metadata, observation_scopes, attachment_ids, proof_count,
  source_memory_ids, text_signals, embedding, approximate, consolidated_at, consolidation_failed_at, edited_at,
  created_at, updated_at`;

/** Moves a fact into the archive, with the entities that it mentions. */
export async function archiveUnit(
  db: Queryable,
  bankKey: string,
  unitId: string,
  archived: { reason: string | null; now: Date },
): Promise<void> {
  await db.query(
    `INSERT INTO archived_units (${SHARED}, invalidation_reason, invalidated_at, entity_ids)
     SELECT ${SHARED}, $3, $4, ARRAY(SELECT entity_id FROM unit_entities e
       WHERE e.bank_key = u.bank_key AND e.unit_id = u.unit_id ORDER BY entity_id)
     FROM memory_units u WHERE bank_key = $1 AND unit_id = $2`,
    [bankKey, unitId, archived.reason, archived.now],
  );
}

export async function setInvalidationReason(
  db: Queryable,
  bankKey: string,
  unitId: string,
  reason: string,
  now: Date,
): Promise<void> {
  await db.query(
    "UPDATE archived_units SET invalidation_reason = $3, updated_at = $4 WHERE bank_key = $1 AND unit_id = $2",
    [bankKey, unitId, reason, now],
  );
}

/** The names of the entities that an archived fact will mention again: those that are still there. */
export async function archivedEntityNames(db: Queryable, bankKey: string, unitId: string): Promise<string[]> {
  const { rows } = await db.query<{ name: string }>(
    `SELECT canonical_name AS name FROM archived_units a JOIN entities e
       ON e.bank_key = a.bank_key AND e.entity_id = ANY (a.entity_ids)
     WHERE a.bank_key = $1 AND a.unit_id = $2 ORDER BY canonical_name COLLATE "C"`,
    [bankKey, unitId],
  );
  return rows.map(({ name }) => name);
}

/** Moves a fact back out of the archive. Entities that are still there are mentioned again, and count it. */
export async function restoreUnit(
  db: Queryable,
  bankKey: string,
  unitId: string,
  restored: { embedding: Float32Array; revision: string; now: Date; column: VectorColumn },
): Promise<void> {
  await db.query(
    `WITH restored AS (DELETE FROM archived_units WHERE bank_key = $1 AND unit_id = $2 RETURNING *),
     unit AS (INSERT INTO memory_units (${SHARED}) SELECT ${SHARED} FROM restored RETURNING bank_key, unit_id),
     counted AS (
       UPDATE entities e SET mention_count = e.mention_count + 1 FROM restored r
       WHERE e.bank_key = r.bank_key AND e.entity_id = ANY (r.entity_ids) RETURNING e.bank_key, e.entity_id)
     INSERT INTO unit_entities (bank_key, unit_id, entity_id)
     SELECT c.bank_key, u.unit_id, c.entity_id FROM counted c, unit u`,
    [bankKey, unitId],
  );
  await db.query(
    // The bank may have become large meanwhile.
    `UPDATE memory_units SET embedding = $3::text::${restored.column}, revision = $4, updated_at = $5,
       approximate = (SELECT approximate FROM banks WHERE bank_key = $1), consolidated_at = NULL, consolidation_failed_at = NULL
     WHERE bank_key = $1 AND unit_id = $2`,
    [bankKey, unitId, encodeVector(restored.embedding, restored.column), restored.revision, restored.now],
  );
}
