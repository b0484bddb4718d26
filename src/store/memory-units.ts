import type { Queryable } from "./database.ts";
import { encodeVector, type VectorColumn } from "./vectors/vector-column.ts";

/** A fact to store. */
export interface NewUnit {
  unitId: string;
  documentId: string;
  chunkIndex: number;
  chunkId: string;
  factType: "world" | "experience";
  text: string;
  context: string;
  eventDate: Date | null;
  occurredStart: Date | null;
  occurredEnd: Date | null;
  mentionedAt: Date | null;
  tags: readonly string[];
  metadata: Record<string, string>;
  observationScopes: unknown;
  /** Those that it was drawn from. */
  attachmentIds: readonly string[];
  /** What keyword search finds beside text and context. */
  textSignals: string;
  /** Of unit length. */
  embedding: Float32Array;
}

/** A thousand vectors make about 3 MB of a statement. */
const ROWS_PER_STATEMENT = 1_000;

/**
 * @param firstPosition of the first unit; the others follow in order.
 * @param column the type of the column that holds vectors.
 */
export async function insertUnits(
  db: Queryable,
  bankKey: string,
  units: readonly NewUnit[],
  firstPosition: number,
  now: Date,
  column: VectorColumn,
): Promise<void> {
  for (let start = 0; start < units.length; start += ROWS_PER_STATEMENT) {
    const batch = units.slice(start, start + ROWS_PER_STATEMENT);
    const values = <T>(read: (unit: NewUnit) => T) => batch.map(read);
    await db.query(
      `INSERT INTO memory_units (bank_key, position, created_at, updated_at, unit_id, document_id, chunk_index, chunk_id,
         fact_type, text, context, event_date, occurred_start, occurred_end, mentioned_at, tags, metadata,
         observation_scopes, attachment_ids, text_signals, embedding, approximate, revision)
       SELECT $1, $2 + u.ordinality - 1, $3, $3, unit_id, document_id, chunk_index, chunk_id, fact_type, text, context,
         event_date, occurred_start, occurred_end, mentioned_at, ARRAY(SELECT jsonb_array_elements_text(tags)), metadata,
         observation_scopes, ARRAY(SELECT jsonb_array_elements_text(attachment_ids)), text_signals, embedding::${column},
         (SELECT approximate FROM banks WHERE bank_key = $1), (SELECT revision FROM banks WHERE bank_key = $1)
       FROM unnest($4::uuid[], $5::text[], $6::int[], $7::text[], $8::text[], $9::text[], $10::text[],
         $11::timestamptz[], $12::timestamptz[], $13::timestamptz[], $14::timestamptz[], $15::jsonb[], $16::jsonb[],
         $17::jsonb[], $18::jsonb[], $19::text[], $20::text[]) WITH ORDINALITY
         AS u (unit_id, document_id, chunk_index, chunk_id, fact_type, text, context, event_date, occurred_start,
         occurred_end, mentioned_at, tags, metadata, observation_scopes, attachment_ids, text_signals, embedding, ordinality)`,
      [
        bankKey,
        firstPosition + start,
        now,
        values((unit) => unit.unitId),
        values((unit) => unit.documentId),
        values((unit) => unit.chunkIndex),
        values((unit) => unit.chunkId),
        values((unit) => unit.factType),
        values((unit) => unit.text),
        values((unit) => unit.context),
        values((unit) => unit.eventDate?.toISOString()),
        values((unit) => unit.occurredStart?.toISOString()),
        values((unit) => unit.occurredEnd?.toISOString()),
        values((unit) => unit.mentionedAt?.toISOString()),
        values((unit) => JSON.stringify(unit.tags)),
        values((unit) => JSON.stringify(unit.metadata)),
        values((unit) => (unit.observationScopes == null ? null : JSON.stringify(unit.observationScopes))),
        values((unit) => JSON.stringify(unit.attachmentIds)),
        values((unit) => unit.textSignals),
        values((unit) => encodeVector(unit.embedding, column)),
      ],
    );
  }
}
