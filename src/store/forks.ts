import type { BankRow } from "./banks.ts";
import type { Queryable } from "./database.ts";

/** A bank's rows are written again under another key, and under another id where that is new. */
export interface BankFork {
  from: BankRow;
  sandboxId: string;
  bankId: string;
}

/** What stays with the bank that is forked. */
const NOT_COPIED = ["banks", "operations", "deleted_runs"];

/** Locks banks so that nothing is written to them, and nothing is queued for them, until the transaction ends. */
export async function lockBanksForFork(tx: Queryable, banks: readonly BankRow[]): Promise<void> {
  await tx.query("SELECT FROM banks WHERE bank_key = ANY ($1::bigint[]) ORDER BY bank_key FOR UPDATE", [
    banks.map(({ bankKey }) => bankKey),
  ]);
}

/**
 * Copies banks with everything that belongs to them but their operations. All ids stay what they are; those of chunks hold
 * the bank's id and follow it. A copy in the same sandbox gets no aliases: they are taken. (Its own id is taken when it is
 * made.)
 */
export async function copyBanks(tx: Queryable, forks: readonly BankFork[]): Promise<void> {
  const tables = await listBankTables(tx);
  const keys = await insertBanks(tx, tables.get("banks") ?? [], forks);
  const inserts = [...tables]
    .filter(([table]) => !NOT_COPIED.includes(table))
    .map(([table, columns], index) => {
      const values = columns.map((column) => copiedValue(column)).join(", ");
      const condition = table === "bank_names" ? "AND t.is_alias AND f.from_sandbox <> f.sandbox_id" : "";
      return `c${index} AS (
        INSERT INTO ${table} (${columns.map(quoted).join(", ")}) OVERRIDING SYSTEM VALUE
        SELECT ${values} FROM ${table} t JOIN forks f ON f.from_key = t.bank_key ${condition})`;
    });
  // One statement: it sees one state of the banks, and looks after foreign keys when all of it is there.
  await tx.query(
    `WITH forks AS (
       SELECT from_key, bank_key, from_sandbox, sandbox_id, ${prefix("from_id")} AS from_prefix, ${prefix("id")} AS prefix
       FROM unnest($1::bigint[], $2::bigint[], $3::text[], $4::text[], $5::text[], $6::text[])
         AS given (from_key, bank_key, from_sandbox, sandbox_id, from_id, id)),
     ${inserts.join(", ")}
     SELECT 1`,
    [
      forks.map(({ from }) => from.bankKey),
      keys,
      forks.map(({ from }) => from.sandboxId),
      forks.map(({ sandboxId }) => sandboxId),
      forks.map(({ from }) => from.bankId),
      forks.map(({ bankId }) => bankId),
    ],
  );
}

/** The banks' own rows. @returns their keys, in order. */
async function insertBanks(
  tx: Queryable,
  columns: readonly string[],
  forks: readonly BankFork[],
): Promise<string[]> {
  const kept = columns.filter(
    (column) => !["bank_key", "sandbox_id", "bank_id", "inserted_at"].includes(column),
  );
  const { rows } = await tx.query<{ bankKey: string; sandboxId: string; bankId: string }>(
    `INSERT INTO banks (sandbox_id, bank_id, ${kept.map(quoted).join(", ")})
     SELECT f.sandbox_id, f.bank_id, ${kept.map((column) => `t.${quoted(column)}`).join(", ")}
     FROM unnest($1::bigint[], $2::text[], $3::text[]) WITH ORDINALITY AS f (from_key, sandbox_id, bank_id, number)
     JOIN banks t ON t.bank_key = f.from_key ORDER BY number
     RETURNING bank_key AS "bankKey", sandbox_id AS "sandboxId", bank_id AS "bankId"`,
    [
      forks.map(({ from }) => from.bankKey),
      forks.map(({ sandboxId }) => sandboxId),
      forks.map(({ bankId }) => bankId),
    ],
  );
  return forks.map(({ sandboxId, bankId }) => {
    const made = rows.find((row) => row.sandboxId === sandboxId && row.bankId === bankId);
    if (!made) throw new Error("A bank was deleted while it was being forked");
    return made.bankKey;
  });
}

/** The tables of a bank's data, with the columns that are stored. */
async function listBankTables(db: Queryable): Promise<Map<string, string[]>> {
  const { rows } = await db.query<{ table: string; columns: string[] }>(
    `SELECT table_name AS "table", array_agg(column_name::text ORDER BY ordinal_position) AS columns
     FROM information_schema.columns JOIN information_schema.tables USING (table_schema, table_name)
     WHERE table_schema = current_schema() AND table_type = 'BASE TABLE' AND is_generated = 'NEVER'
     GROUP BY table_name HAVING bool_or(column_name = 'bank_key') ORDER BY table_name`,
  );
  return new Map(rows.map(({ table, columns }) => [table, columns]));
}

/** What a column of a copied row holds. */
function copiedValue(column: string): string {
  if (column === "bank_key") return "f.bank_key";
  if (column === "sandbox_id") return "f.sandbox_id";
  if (column === "chunk_id") return "f.prefix || substr(t.chunk_id, length(f.from_prefix) + 1)";
  return `t.${quoted(column)}`;
}

/** What the ids of a bank's chunks begin with. */
function prefix(bankId: string): string {
  return `replace(replace(${bankId}, '~', '~7E'), '_', '~5F') || '_'`;
}

function quoted(name: string): string {
  return `"${name}"`;
}

/** Whether an id names a bank of the sandbox, by itself or as an alias. */
export async function isIdTaken(db: Queryable, sandboxId: string, bankId: string): Promise<boolean> {
  const { rows } = await db.query<{ taken: boolean }>(
    "SELECT EXISTS (SELECT FROM bank_names WHERE sandbox_id = $1 AND name = $2) AS taken",
    [sandboxId, bankId],
  );
  return rows[0]?.taken ?? false;
}
