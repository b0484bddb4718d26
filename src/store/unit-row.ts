import type { FactType } from "./fact-type.ts";

/** What is read of a memory unit wherever one is read as a whole. */
export interface UnitRow {
  unitId: string;
  factType: FactType;
  text: string;
  context: string | null;
  eventDate: Date | null;
  occurredStart: Date | null;
  occurredEnd: Date | null;
  mentionedAt: Date | null;
  documentId: string | null;
  chunkId: string | null;
  tags: string[];
  sourceMemoryIds: string[];
}

export const UNIT_COLUMNS = `unit_id AS "unitId", fact_type AS "factType", text, context, event_date AS "eventDate",
  occurred_start AS "occurredStart", occurred_end AS "occurredEnd", mentioned_at AS "mentionedAt",
  document_id AS "documentId", chunk_id AS "chunkId", tags, source_memory_ids AS "sourceMemoryIds"`;
