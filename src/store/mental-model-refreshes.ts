/** What a refresh of a mental model reads and writes. */
import type { Queryable } from "./database.ts";
import type { FactType } from "./fact-type.ts";
import { type TagFilter, tagCondition } from "./tag-filter.ts";
import { encodeVector } from "./vectors/vector-column.ts";
import { type WriteWindow, writeCondition } from "./write-window.ts";

/** What the content was last written from. */
export interface ContentBasis {
  structure: unknown;
  answeredQuery: string | null;
}

export async function findContentBasis(
  db: Queryable,
  bankKey: string,
  mentalModelId: string,
): Promise<ContentBasis | undefined> {
  const { rows } = await db.query<ContentBasis>(
    `SELECT structure, answered_query AS "answeredQuery" FROM mental_models
     WHERE bank_key = $1 AND mental_model_id = $2`,
    [bankKey, mentalModelId],
  );
  return rows[0];
}

/** The memory that was written last, of those that a mental model is about: when, and as which revision of the bank. */
export async function findNewestMemory(
  db: Queryable,
  bankKey: string,
  scope: { tags: TagFilter | undefined; factTypes: readonly FactType[] | null; writes: WriteWindow },
): Promise<{ at: Date; revision: string } | undefined> {
  const values: unknown[] = [bankKey];
  const conditions = ["bank_key = $1", writeCondition(scope.writes, "revision", values)];
  if (scope.factTypes) {
    values.push(scope.factTypes);
    conditions.push(`fact_type = ANY ($${values.length}::text[])`);
  }
  if (scope.tags) conditions.push(tagCondition(scope.tags, "tags", values));
  const { rows } = await db.query<{ at: Date; revision: string }>(
    `SELECT updated_at AS at, revision FROM memory_units WHERE ${conditions.join(" AND ")}
     ORDER BY revision DESC, unit_id DESC LIMIT 1`,
    values,
  );
  return rows[0];
}

/** Whether the bank has a mental model with content beside those that are left out. */
export async function hasWrittenModel(
  db: Queryable,
  bankKey: string,
  { excludedIds, tags }: { excludedIds: readonly string[]; tags: TagFilter | undefined },
): Promise<boolean> {
  const values: unknown[] = [bankKey, excludedIds];
  const filter = tags ? `AND ${tagCondition(tags, "tags", values)}` : "";
  const { rowCount } = await db.query(
    `SELECT FROM mental_models
     WHERE bank_key = $1 AND mental_model_id <> ALL ($2::text[]) AND trim(content) <> '' ${filter} LIMIT 1`,
    values,
  );
  return rowCount === 1;
}

/** How a refresh ended that is done. */
export interface CompletedRefresh {
  reflectResponse: Record<string, unknown>;
  /** The question that was answered. */
  answeredQuery: string;
  /** Null leaves what is there. */
  content: { text: string; structure: unknown; embedding: Float32Array } | null;
  /** The newest memory that it has seen; null leaves what is there. */
  seen: { at: Date | null; revision: string } | null;
  /** Whether it read all there is. */
  isFull: boolean;
}

export async function completeRefresh(
  db: Queryable,
  bankKey: string,
  mentalModelId: string,
  { reflectResponse, answeredQuery, content, seen, isFull }: CompletedRefresh,
  now: Date,
): Promise<void> {
  await db.query(
    `UPDATE mental_models SET reflect_response = $3, answered_query = $4, content = coalesce($5, content),
       structure = CASE WHEN $5::text IS NULL THEN structure ELSE $6::jsonb END, embedding = coalesce($7, embedding),
       last_memory_seen_at = coalesce($8, last_memory_seen_at), seen_revision = coalesce($9, seen_revision),
       last_refreshed_at = $10, last_refresh_failed_at = NULL,
       last_full_refreshed_at = CASE WHEN $11 THEN $10 ELSE last_full_refreshed_at END
     WHERE bank_key = $1 AND mental_model_id = $2`,
    [
      bankKey,
      mentalModelId,
      JSON.stringify(reflectResponse),
      answeredQuery,
      content?.text ?? null,
      content && JSON.stringify(content.structure),
      content && encodeVector(content.embedding, "bytea"),
      seen?.at ?? null,
      seen?.revision ?? null,
      now,
      isFull,
    ],
  );
}

/**
 * Notes a refresh that failed: the content stays.
 * @param failure.reflectResponse null leaves what is there; `pauses`: automatic refreshes wait for one that succeeds.
 */
export async function noteFailedRefresh(
  db: Queryable,
  bankKey: string,
  mentalModelId: string,
  failure: { reflectResponse: Record<string, unknown> | null; pauses: boolean },
  now: Date,
): Promise<void> {
  await db.query(
    `UPDATE mental_models SET reflect_response = coalesce($3, reflect_response),
       last_refresh_failed_at = CASE WHEN $4 THEN $5 ELSE last_refresh_failed_at END
     WHERE bank_key = $1 AND mental_model_id = $2`,
    [
      bankKey,
      mentalModelId,
      failure.reflectResponse && JSON.stringify(failure.reflectResponse),
      failure.pauses,
      now,
    ],
  );
}
