import type { Queryable } from "./database.ts";
import { type TagFilter, tagCondition } from "./tag-filter.ts";

/** A memory unit as the list shows it. */
export interface ListedUnit {
  unitId: string;
  text: string;
  context: string | null;
  eventDate: Date | null;
  factType: string;
  documentId: string | null;
  chunkId: string | null;
  mentionedAt: Date | null;
  occurredStart: Date | null;
  occurredEnd: Date | null;
  /** Canonical names, in alphabetical order. */
  entities: string[];
  proofCount: number;
  tags: string[];
  metadata: Record<string, unknown>;
  consolidatedAt: Date | null;
  consolidationFailedAt: Date | null;
  editedAt: Date | null;
  updatedAt: Date;
  sourceMemoryIds: string[];
  /** Both null: the unit is live. */
  invalidatedAt: Date | null;
  invalidationReason: string | null;
}

const TIME_COLUMNS = ["created_at", "updated_at", "mentioned_at", "occurred_start", "occurred_end"] as const;
type TimeColumn = (typeof TIME_COLUMNS)[number];

/** Conditions that are joined with AND; null (and an empty text) is none. */
export interface UnitFilter {
  /** Reads the archive in place of the live units. */
  archived: boolean;
  type: string | null;
  /** A part of text or context in any case; `%` and `_` are wildcards. */
  text: string | null;
  consolidation: "pending" | "done" | "failed" | null;
  documentId: string | null;
  entityId: string | null;
  tags: TagFilter | undefined;
  /** What `from` and `until` look at, and what the list is ordered by; units without it are left out. */
  timeColumn: TimeColumn | null;
  from: Date | null;
  until: Date | null;
  limit: number;
  offset: number;
}

const CONSOLIDATION = {
  pending: "u.consolidated_at IS NULL AND u.consolidation_failed_at IS NULL",
  done: "u.consolidated_at IS NOT NULL",
  failed: "u.consolidation_failed_at IS NOT NULL",
};

function conditions(bankKey: string, filter: UnitFilter): { where: string; values: unknown[] } {
  const values: unknown[] = [bankKey];
  const parts = ["u.bank_key = $1"];
  const add = (value: unknown, sql: (parameter: string) => string) => {
    values.push(value);
    parts.push(sql(`$${values.length}`));
  };
  if (filter.type) add(filter.type, (p) => `u.fact_type = ${p}`);
  if (filter.text) add(`%${filter.text}%`, (p) => `(u.text ILIKE ${p} OR u.context ILIKE ${p})`);
  if (filter.documentId) add(filter.documentId, (p) => `u.document_id = ${p}`);
  if (filter.entityId) {
    add(
      filter.entityId,
      (p) =>
        `EXISTS (SELECT FROM unit_entities e WHERE e.bank_key = u.bank_key AND e.unit_id = u.unit_id AND e.entity_id = ${p})`,
    );
  }
  if (filter.consolidation) {
    parts.push(`u.fact_type IN ('world', 'experience') AND ${CONSOLIDATION[filter.consolidation]}`);
  }
  if (filter.tags) parts.push(tagCondition(filter.tags, "u.tags", values));
  const time = filter.timeColumn ?? "created_at";
  if (filter.timeColumn) parts.push(`u.${time} IS NOT NULL`);
  if (filter.from) add(filter.from, (p) => `u.${time} >= ${p}`);
  if (filter.until) add(filter.until, (p) => `u.${time} < ${p}`);
  return { where: parts.join(" AND "), values };
}

/** A page of a bank's memory units, newest first, and how many there are. */
export async function listUnits(
  db: Queryable,
  bankKey: string,
  filter: UnitFilter,
): Promise<{ total: number; units: ListedUnit[] }> {
  const { where, values } = conditions(bankKey, filter);
  const hasWindow = filter.timeColumn || filter.from || filter.until;
  const order = hasWindow
    ? `u.${filter.timeColumn ?? "created_at"} DESC, u.unit_id`
    : "u.mentioned_at DESC NULLS LAST, u.created_at DESC, u.unit_id";
  const [table, archiveColumns] = filter.archived
    ? ["archived_units", 'u.invalidated_at AS "invalidatedAt", u.invalidation_reason AS "invalidationReason"']
    : ["memory_units", 'NULL::timestamptz AS "invalidatedAt", NULL AS "invalidationReason"'];
  const [page, count] = await Promise.all([
    db.query<ListedUnit>(
      `SELECT u.unit_id AS "unitId", u.text, u.context, u.event_date AS "eventDate", u.fact_type AS "factType",
         u.document_id AS "documentId", u.chunk_id AS "chunkId", u.mentioned_at AS "mentionedAt",
         u.occurred_start AS "occurredStart", u.occurred_end AS "occurredEnd", u.proof_count AS "proofCount", u.tags,
         u.metadata, u.consolidated_at AS "consolidatedAt", u.consolidation_failed_at AS "consolidationFailedAt",
         u.edited_at AS "editedAt", u.updated_at AS "updatedAt", u.source_memory_ids AS "sourceMemoryIds",
         ${archiveColumns},
         ARRAY(SELECT canonical_name FROM unit_entities ue JOIN entities e USING (bank_key, entity_id)
           WHERE ue.bank_key = u.bank_key AND ue.unit_id = u.unit_id ORDER BY canonical_name COLLATE "C") AS entities
       FROM ${table} u WHERE ${where}
       ORDER BY ${order} LIMIT $${values.length + 1} OFFSET $${values.length + 2}`,
      [...values, filter.limit, filter.offset],
    ),
    db.query<{ total: number }>(`SELECT count(*)::int AS total FROM ${table} u WHERE ${where}`, values),
  ]);
  return { total: count.rows[0]?.total ?? 0, units: page.rows };
}
