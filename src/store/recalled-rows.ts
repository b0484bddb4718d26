/** What recall and reflect read of the units that a search found. */
import type { Queryable } from "./database.ts";
import { type TagFilter, tagCondition } from "./tag-filter.ts";
import { UNIT_COLUMNS, type UnitRow } from "./unit-row.ts";
import { type WriteWindow, writeCondition } from "./write-window.ts";

export interface MemoryRow extends UnitRow {
  /** The order in which the bank's units were stored: neighbours were said before and after one another. */
  position: number;
  metadata: Record<string, string>;
  proofCount: number;
}

/** The units by id; those that are gone are missing. */
export async function loadMemories(
  db: Queryable,
  bankKey: string,
  unitIds: readonly string[],
): Promise<Map<string, MemoryRow>> {
  if (unitIds.length === 0) return new Map();
  const { rows } = await db.query<MemoryRow>(
    `SELECT ${UNIT_COLUMNS}, position::float8 AS position, metadata, proof_count AS "proofCount"
     FROM memory_units WHERE bank_key = $1 AND unit_id = ANY($2::uuid[])`,
    [bankKey, unitIds],
  );
  return new Map(rows.map((row) => [row.unitId, row]));
}

/** Those of the units that pass the filters. */
export async function visibleUnits(
  db: Queryable,
  bankKey: string,
  unitIds: readonly string[],
  { tags, writes }: { tags: TagFilter | undefined; writes: WriteWindow | undefined },
): Promise<Set<string>> {
  const values: unknown[] = [bankKey, unitIds];
  const conditions = [
    "bank_key = $1 AND unit_id = ANY($2::uuid[])",
    ...(tags ? [tagCondition(tags, "tags", values)] : []),
    ...(writes ? [writeCondition(writes, "revision", values)] : []),
  ];
  const { rows } = await db.query<{ unitId: string }>(
    `SELECT unit_id AS "unitId" FROM memory_units WHERE ${conditions.join(" AND ")}`,
    values,
  );
  return new Set(rows.map(({ unitId }) => unitId));
}

/** The metadata of the units as the database writes it, by id. */
export async function loadMetadataTexts(
  db: Queryable,
  bankKey: string,
  unitIds: readonly string[],
): Promise<Map<string, string>> {
  const { rows } = await db.query<{ unitId: string; metadata: string }>(
    `SELECT unit_id AS "unitId", metadata::text AS metadata FROM memory_units
     WHERE bank_key = $1 AND unit_id = ANY($2::uuid[])`,
    [bankKey, unitIds],
  );
  return new Map(rows.map(({ unitId, metadata }) => [unitId, metadata]));
}

export interface UnitEntity {
  entityId: string;
  canonicalName: string;
}

/** The entities of each unit, by name. */
export async function loadEntities(
  db: Queryable,
  bankKey: string,
  unitIds: readonly string[],
): Promise<Map<string, UnitEntity[]>> {
  const entities = new Map<string, UnitEntity[]>();
  if (unitIds.length === 0) return entities;
  const { rows } = await db.query<UnitEntity & { unitId: string }>(
    `SELECT unit_id AS "unitId", entity_id AS "entityId", canonical_name AS "canonicalName"
     FROM unit_entities JOIN entities USING (bank_key, entity_id)
     WHERE bank_key = $1 AND unit_id = ANY($2::uuid[])
     ORDER BY canonical_name COLLATE "C", entity_id`,
    [bankKey, unitIds],
  );
  for (const { unitId, ...entity } of rows) {
    const ofUnit = entities.get(unitId);
    if (ofUnit) ofUnit.push(entity);
    else entities.set(unitId, [entity]);
  }
  return entities;
}

export interface ChunkRow {
  chunkId: string;
  documentId: string;
  chunkIndex: number;
  text: string;
}

/**
 * The chunks by id; those that are gone are missing.
 * @param tags leaves out the chunks of documents whose own tags do not pass.
 */
export async function loadChunks(
  db: Queryable,
  bankKey: string,
  chunkIds: readonly string[],
  tags?: TagFilter,
): Promise<Map<string, ChunkRow>> {
  if (chunkIds.length === 0) return new Map();
  const values: unknown[] = [bankKey, chunkIds];
  const { rows } = await db.query<ChunkRow>(
    `SELECT chunk_id AS "chunkId", document_id AS "documentId", chunk_index AS "chunkIndex", chunk_text AS "text"
     FROM chunks JOIN documents USING (bank_key, document_id)
     WHERE bank_key = $1 AND chunk_id = ANY($2::text[])${tags ? ` AND ${tagCondition(tags, "documents.tags", values)}` : ""}`,
    values,
  );
  return new Map(rows.map((row) => [row.chunkId, row]));
}

/**
 * The texts that the units were drawn from, by unit. Missing are those of longer chunks, of units that were changed since,
 * and of units that say just that.
 * @param maxLength in characters.
 */
export async function loadShortSources(
  db: Queryable,
  bankKey: string,
  unitIds: readonly string[],
  maxLength: number,
): Promise<Map<string, string>> {
  if (unitIds.length === 0) return new Map();
  const { rows } = await db.query<{ unitId: string; text: string }>(
    `SELECT unit_id AS "unitId", chunk_text AS text
     FROM memory_units u JOIN chunks c USING (bank_key, document_id, chunk_index)
     WHERE bank_key = $1 AND unit_id = ANY($2::uuid[]) AND edited_at IS NULL AND length(chunk_text) <= $3
       AND chunk_text <> u.text`,
    [bankKey, unitIds, maxLength],
  );
  return new Map(rows.map(({ unitId, text }) => [unitId, text]));
}

export interface DocumentRow {
  documentId: string;
  /** Null where the bank does not store document text. */
  text: string | null;
  tags: string[];
  metadata: Record<string, unknown> | null;
  /** As the database writes it. */
  retainParams: string | null;
}

/** The documents by id; those that are gone are missing. */
export async function loadDocuments(
  db: Queryable,
  bankKey: string,
  documentIds: readonly string[],
): Promise<Map<string, DocumentRow>> {
  if (documentIds.length === 0) return new Map();
  const { rows } = await db.query<DocumentRow>(
    `SELECT document_id AS "documentId", original_text AS "text", tags, document_metadata AS metadata,
       retain_params::text AS "retainParams"
     FROM documents WHERE bank_key = $1 AND document_id = ANY($2::text[])`,
    [bankKey, documentIds],
  );
  return new Map(rows.map((row) => [row.documentId, row]));
}
