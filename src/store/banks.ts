import type { BankAddress } from "./address.ts";
import type { Queryable } from "./database.ts";

/** A bank's row. */
export interface BankRow {
  bankKey: string;
  sandboxId: string;
  bankId: string;
  name: string;
  /** The bank's own configuration: overrides by key. */
  config: Record<string, unknown>;
  revision: string;
  idSeed: string;
  createdAt: Date;
  updatedAt: Date;
}

const COLUMNS = `bank_key AS "bankKey", sandbox_id AS "sandboxId", bank_id AS "bankId", name, config, revision,
  id_seed AS "idSeed", created_at AS "createdAt", updated_at AS "updatedAt"`;

export async function findBank(db: Queryable, address: BankAddress): Promise<BankRow | undefined> {
  const { rows } = await db.query<BankRow>(
    `SELECT ${COLUMNS} FROM banks WHERE sandbox_id = $1 AND bank_id = $2`,
    [address.sandboxId, address.bankId],
  );
  return rows[0];
}

/** The bank's row, made when there is none. Safe when several requests make it at once. */
export async function findOrCreateBank(
  db: Queryable,
  address: BankAddress,
  created: { now: Date; idSeed: string },
): Promise<BankRow> {
  const found = await findBank(db, address);
  if (found) return found;
  await db.query(
    `INSERT INTO banks (sandbox_id, bank_id, name, id_seed, created_at, updated_at) VALUES ($1, $2, $2, $3, $4, $4)
     ON CONFLICT (sandbox_id, bank_id) DO NOTHING`,
    [address.sandboxId, address.bankId, created.idSeed, created.now],
  );
  const made = await findBank(db, address);
  if (!made) throw new Error(`Bank '${address.bankId}' was deleted while it was being created`);
  return made;
}

/**
 * Locks the bank's row for a write of memory units, moves its revision, and hands out `count` positions.
 * @returns the first position.
 */
export async function beginBankWrite(db: Queryable, bankKey: string, count: number): Promise<number> {
  const { rows } = await db.query<{ first: string }>(
    `UPDATE banks SET revision = revision + 1, id_counter = id_counter + $2 WHERE bank_key = $1
     RETURNING id_counter - $2 AS first`,
    [bankKey, count],
  );
  const row = rows[0];
  if (!row) throw new Error("The bank was deleted while it was being written");
  return Number(row.first);
}
