import { BANK_COLUMNS, type BankRow } from "./banks.ts";
import type { Queryable } from "./database.ts";

/** A bank as a list shows it. */
export interface BankSummary extends BankRow {
  /** Memory units of all types. */
  factCount: number;
  lastDocumentAt: Date | null;
  /** The newest change of a document or memory unit. */
  lastWriteAt: Date | null;
}

export interface BankFilter {
  sandboxId: string;
  /** A part of the id or name in any case; `%` and `_` are wildcards. Empty: all banks. */
  query: string;
  limit: number;
  offset: number;
}

/** A page of a sandbox's banks, the last written first, and how many there are. */
export async function listBanks(
  db: Queryable,
  filter: BankFilter,
): Promise<{ total: number; banks: BankSummary[] }> {
  const where =
    "sandbox_id = $1 AND ($2 = '' OR bank_id ILIKE '%' || $2 || '%' OR name ILIKE '%' || $2 || '%')";
  const values = [filter.sandboxId, filter.query];
  const [page, count] = await Promise.all([
    db.query<BankSummary>(
      `SELECT * FROM (
         SELECT ${BANK_COLUMNS},
           (SELECT count(*)::int FROM memory_units u WHERE u.bank_key = b.bank_key) AS "factCount",
           (SELECT max(d.created_at) FROM documents d WHERE d.bank_key = b.bank_key) AS "lastDocumentAt",
           greatest((SELECT max(d.updated_at) FROM documents d WHERE d.bank_key = b.bank_key),
             (SELECT max(u.updated_at) FROM memory_units u WHERE u.bank_key = b.bank_key)) AS "lastWriteAt"
         FROM banks b WHERE ${where}) listed
       ORDER BY coalesce("lastWriteAt", "createdAt") DESC, "bankKey" DESC LIMIT $3 OFFSET $4`,
      [...values, filter.limit, filter.offset],
    ),
    db.query<{ total: number }>(`SELECT count(*)::int AS total FROM banks WHERE ${where}`, values),
  ]);
  return { total: count.rows[0]?.total ?? 0, banks: page.rows };
}
