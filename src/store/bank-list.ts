import { BANK_COLUMNS, type BankRow } from "./banks.ts";
import type { Queryable } from "./database.ts";

/** A bank as a list shows it. */
export interface BankSummary extends BankRow {
  /** Memory units of all types. */
  factCount: number;
  lastDocumentAt: Date | null;
  /** The newest change of a document or memory unit. */
  lastWriteAt: Date | null;
  primaryAlias: string | null;
  /** The aliases that the query found, in order; empty when it is a part of the bank's own id or name. */
  matchedAliases: string[];
}

export interface BankFilter {
  sandboxId: string;
  /** A part of the id, the name or an alias, in any case; `%` and `_` are wildcards. Empty: all banks. */
  query: string;
  limit: number;
  offset: number;
}

const PATTERN = "'%' || $2 || '%'";
/** A bank's own id is one of its names. */
const FOUND = `sandbox_id = $1 AND ($2 = '' OR b.name ILIKE ${PATTERN}
  OR EXISTS (SELECT FROM bank_names n WHERE n.bank_key = b.bank_key AND n.name ILIKE ${PATTERN}))`;
const isPart = (column: string) => `strpos(lower(${column}), lower($2)) > 0`;

/** A page of a sandbox's banks, the last written first, and how many there are. */
export async function listBanks(
  db: Queryable,
  filter: BankFilter,
): Promise<{ total: number; banks: BankSummary[] }> {
  const values = [filter.sandboxId, filter.query];
  const [page, count] = await Promise.all([
    db.query<BankSummary>(
      `WITH listed AS MATERIALIZED (
         SELECT ${BANK_COLUMNS}, "lastWriteAt"
         FROM banks b CROSS JOIN LATERAL (SELECT greatest(
           (SELECT max(d.updated_at) FROM documents d WHERE d.bank_key = b.bank_key),
           (SELECT max(u.updated_at) FROM memory_units u WHERE u.bank_key = b.bank_key)) AS "lastWriteAt") writes
         WHERE ${FOUND}
         ORDER BY coalesce("lastWriteAt", created_at) DESC, bank_id COLLATE "C"
         LIMIT $3 OFFSET $4),
       facts AS (
         SELECT bank_key, count(*)::int AS count FROM memory_units
         WHERE bank_key IN (SELECT "bankKey" FROM listed) GROUP BY bank_key)
       SELECT listed.*, coalesce(facts.count, 0) AS "factCount",
         (SELECT max(d.created_at) FROM documents d WHERE d.bank_key = "bankKey") AS "lastDocumentAt",
         (SELECT n.name FROM bank_names n WHERE n.bank_key = "bankKey" AND n.is_primary) AS "primaryAlias",
         CASE WHEN ${isPart('"bankId"')} OR ${isPart("listed.name")} THEN '{}' ELSE ARRAY(
           SELECT n.name FROM bank_names n WHERE n.bank_key = "bankKey" AND n.is_alias AND n.name ILIKE ${PATTERN}
           ORDER BY n.name COLLATE "C") END AS "matchedAliases"
       FROM listed LEFT JOIN facts ON facts.bank_key = "bankKey"
       ORDER BY coalesce("lastWriteAt", "createdAt") DESC, "bankId" COLLATE "C"`,
      [...values, filter.limit, filter.offset],
    ),
    db.query<{ total: number }>(`SELECT count(*)::int AS total FROM banks b WHERE ${FOUND}`, values),
  ]);
  return { total: count.rows[0]?.total ?? 0, banks: page.rows };
}
