import type { BankAddress } from "./address.ts";
import type { Queryable } from "./database.ts";

export interface BankAlias {
  alias: string;
  /** Lists show it beside the bank's own id. */
  primary: boolean;
}

/** The own id of the bank that answers to this id or alias; undefined when none does. */
export async function findBankOfName(db: Queryable, address: BankAddress): Promise<string | undefined> {
  const { rows } = await db.query<{ bankId: string }>(
    `SELECT bank_id AS "bankId" FROM bank_names n JOIN banks USING (bank_key)
     WHERE n.sandbox_id = $1 AND n.name = $2`,
    [address.sandboxId, address.bankId],
  );
  return rows[0]?.bankId;
}

/** The primary first, then the oldest first. */
export async function listAliases(db: Queryable, bankKey: string): Promise<BankAlias[]> {
  const { rows } = await db.query<BankAlias>(
    `SELECT name AS alias, is_primary AS "primary" FROM bank_names WHERE bank_key = $1 AND is_alias
     ORDER BY is_primary DESC, created_at, position`,
    [bankKey],
  );
  return rows;
}

/** @returns false when the name stands for a bank already. */
export async function insertAlias(
  db: Queryable,
  bank: { bankKey: string; sandboxId: string },
  alias: string,
  now: Date,
): Promise<boolean> {
  const { rowCount } = await db.query(
    `INSERT INTO bank_names (bank_key, name, sandbox_id, is_alias, created_at) VALUES ($1, $2, $3, true, $4)
     ON CONFLICT (sandbox_id, name) DO NOTHING`,
    [bank.bankKey, alias, bank.sandboxId, now],
  );
  return rowCount === 1;
}

/** Makes one alias the primary, or none (null). */
export async function setPrimaryAlias(db: Queryable, bankKey: string, alias: string | null): Promise<void> {
  // First the old one: there is never a moment with two.
  await db.query("UPDATE bank_names SET is_primary = false WHERE bank_key = $1 AND is_primary", [bankKey]);
  await db.query("UPDATE bank_names SET is_primary = true WHERE bank_key = $1 AND name = $2", [
    bankKey,
    alias,
  ]);
}

/** @returns false when the bank has no such alias. */
export async function deleteAlias(db: Queryable, bankKey: string, alias: string): Promise<boolean> {
  const { rowCount } = await db.query(
    "DELETE FROM bank_names WHERE bank_key = $1 AND name = $2 AND is_alias",
    [bankKey, alias],
  );
  return rowCount === 1;
}
