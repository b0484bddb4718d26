import type { Queryable } from "./database.ts";
import { UNIT_COLUMNS, type UnitRow } from "./unit-row.ts";
import { encodeVector, type VectorColumn } from "./vectors/vector-column.ts";

/** An observation as a change finds it. */
export interface ObservationRow extends UnitRow {
  /** The bank's revision that wrote it. */
  revision: string;
}

/** The observations by id; those that are gone are missing. */
export async function loadObservations(
  db: Queryable,
  bankKey: string,
  unitIds: readonly string[],
): Promise<Map<string, ObservationRow>> {
  if (unitIds.length === 0) return new Map();
  const { rows } = await db.query<ObservationRow>(
    `SELECT ${UNIT_COLUMNS}, revision FROM memory_units
     WHERE bank_key = $1 AND unit_id = ANY ($2::uuid[]) AND fact_type = 'observation'`,
    [bankKey, unitIds],
  );
  return new Map(rows.map((row) => [row.unitId, row]));
}

export async function unitExists(db: Queryable, bankKey: string, unitId: string): Promise<boolean> {
  const { rowCount } = await db.query("SELECT FROM memory_units WHERE bank_key = $1 AND unit_id = $2", [
    bankKey,
    unitId,
  ]);
  return rowCount === 1;
}

/** What an observation says, and what it rests on. */
export interface ObservationContent {
  unitId: string;
  text: string;
  tags: readonly string[];
  /** Each once. */
  sourceMemoryIds: readonly string[];
  eventDate: Date | null;
  occurredStart: Date | null;
  occurredEnd: Date | null;
  mentionedAt: Date | null;
}

export interface WrittenObservation extends ObservationContent {
  /** Of unit length. */
  embedding: Float32Array;
}

/** When, under which of the bank's revisions, and into what type of column is written. */
export interface ObservationWrite {
  now: Date;
  revision: string;
  column: VectorColumn;
}

export async function insertObservation(
  db: Queryable,
  bankKey: string,
  observation: WrittenObservation,
  { now, revision, column, position }: ObservationWrite & { position: number },
): Promise<void> {
  await db.query(
    `INSERT INTO memory_units (bank_key, unit_id, position, revision, fact_type, text, context, event_date, occurred_start,
       occurred_end, mentioned_at, tags, source_memory_ids, proof_count, embedding, approximate, created_at, updated_at)
     SELECT $1, $2, $3, $4, 'observation', $5, '', $6, $7, $8, $9, $10::text[], $11::uuid[], cardinality($11::uuid[]),
       $12::text::${column}, approximate, $13, $13 FROM banks WHERE bank_key = $1`,
    [
      bankKey,
      observation.unitId,
      position,
      revision,
      ...contentValues(observation),
      encodeVector(observation.embedding, column),
      now,
    ],
  );
}

/** Writes what an observation says from now on. Without a vector it keeps its own. */
export async function updateObservation(
  db: Queryable,
  bankKey: string,
  observation: ObservationContent & { embedding: Float32Array | null },
  { now, revision, column }: ObservationWrite,
): Promise<void> {
  const { embedding } = observation;
  await db.query(
    `UPDATE memory_units SET revision = $3, text = $4, event_date = $5, occurred_start = $6, occurred_end = $7,
       mentioned_at = $8, tags = $9::text[], source_memory_ids = $10::uuid[], proof_count = cardinality($10::uuid[]),
       embedding = coalesce($11::text::${column}, embedding), updated_at = $12
     WHERE bank_key = $1 AND unit_id = $2`,
    [
      bankKey,
      observation.unitId,
      revision,
      ...contentValues(observation),
      embedding && encodeVector(embedding, column),
      now,
    ],
  );
}

function contentValues(observation: ObservationContent): unknown[] {
  return [
    observation.text,
    observation.eventDate?.toISOString(),
    observation.occurredStart?.toISOString(),
    observation.occurredEnd?.toISOString(),
    observation.mentionedAt?.toISOString(),
    observation.tags,
    observation.sourceMemoryIds,
  ];
}

/** How many observations carry all of the tags. */
export async function countObservationsWith(
  db: Queryable,
  bankKey: string,
  tags: readonly string[],
): Promise<number> {
  const { rows } = await db.query<{ count: number }>(
    `SELECT count(*)::int AS count FROM memory_units
     WHERE bank_key = $1 AND fact_type = 'observation' AND tags @> $2::text[]`,
    [bankKey, tags],
  );
  return rows[0]?.count ?? 0;
}
