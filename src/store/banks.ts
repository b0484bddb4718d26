import type { BankAddress } from "./address.ts";
import type { Queryable } from "./database.ts";
import { SandboxNotOpenError, sandboxState } from "./sandboxes.ts";

/** A bank was to be written that somebody has deleted since it was found. */
export class BankGoneError extends Error {
  constructor() {
    super("The bank was deleted while it was being written");
    this.name = "BankGoneError";
  }
}

/** A bank's row. */
export interface BankRow {
  bankKey: string;
  sandboxId: string;
  bankId: string;
  name: string;
  /** The bank's own configuration: overrides by key. */
  config: Record<string, unknown>;
  revision: string;
  rewrittenAtRevision: string;
  idSeed: string;
  createdAt: Date;
  updatedAt: Date;
}

export const BANK_COLUMNS = `bank_key AS "bankKey", sandbox_id AS "sandboxId", bank_id AS "bankId", name, config, revision,
  rewritten_at_revision AS "rewrittenAtRevision",  id_seed AS "idSeed", created_at AS "createdAt", updated_at AS "updatedAt"`;

export async function findBank(db: Queryable, address: BankAddress): Promise<BankRow | undefined> {
  const { rows } = await db.query<BankRow>(
    `SELECT ${BANK_COLUMNS} FROM banks WHERE sandbox_id = $1 AND bank_id = $2`,
    [address.sandboxId, address.bankId],
  );
  return rows[0];
}

/** The bank's row by its key. */
export async function findBankByKey(db: Queryable, bankKey: string): Promise<BankRow | undefined> {
  const { rows } = await db.query<BankRow>(`SELECT ${BANK_COLUMNS} FROM banks WHERE bank_key = $1`, [
    bankKey,
  ]);
  return rows[0];
}

/** The bank at an address, locked until the transaction ends. */
export async function findBankForUpdate(db: Queryable, address: BankAddress): Promise<BankRow | undefined> {
  const { rows } = await db.query<BankRow>(
    `SELECT ${BANK_COLUMNS} FROM banks WHERE sandbox_id = $1 AND bank_id = $2 FOR NO KEY UPDATE`,
    [address.sandboxId, address.bankId],
  );
  return rows[0];
}

/** All banks of a sandbox, in the order in which they were made. */
export async function listBanksOf(db: Queryable, sandboxId: string): Promise<BankRow[]> {
  const { rows } = await db.query<BankRow>(
    `SELECT ${BANK_COLUMNS} FROM banks WHERE sandbox_id = $1 ORDER BY bank_key`,
    [sandboxId],
  );
  return rows;
}

/**
 * The bank's row, made when there is none. Safe when several requests make it at once.
 * @throws SandboxNotOpenError when its sandbox was closed; nothing is made then.
 */
export async function findOrCreateBank(
  db: Queryable,
  address: BankAddress,
  created: { now: Date; idSeed: string },
): Promise<BankRow> {
  for (;;) {
    const bank = (await findBank(db, address)) ?? (await insertBank(db, address, created));
    if (bank) return bank;
    // Deleted at once by somebody else, unless it could not be made.
    if ((await sandboxState(db, address.sandboxId)) !== "open")
      throw new SandboxNotOpenError(address.sandboxId);
  }
}

/** The same, and kept from being deleted until the transaction ends. */
export async function holdOrCreateBank(
  tx: Queryable,
  address: BankAddress,
  created: { now: Date; idSeed: string },
): Promise<BankRow> {
  for (;;) {
    const bank = await findOrCreateBank(tx, address, created);
    if (await keepBank(tx, bank.bankKey)) return bank;
  }
}

async function insertBank(
  db: Queryable,
  address: BankAddress,
  created: { now: Date; idSeed: string },
): Promise<BankRow | undefined> {
  await db.query(
    // The lock makes whoever closes the sandbox wait, so that no bank appears behind its back.
    `INSERT INTO banks (sandbox_id, bank_id, name, id_seed, created_at, updated_at)
     SELECT sandbox_id, $2, $2, $3, $4, $4
     FROM (SELECT sandbox_id FROM sandboxes WHERE sandbox_id = $1 AND NOT closed FOR SHARE) open
     ON CONFLICT (sandbox_id, bank_id) DO NOTHING`,
    [address.sandboxId, address.bankId, created.idSeed, created.now],
  );
  return findBank(db, address);
}

/**
 * Keeps the bank from being deleted until the transaction ends: before any other row of it is locked.
 * @returns false when it is gone already.
 */
export async function keepBank(db: Queryable, bankKey: string): Promise<boolean> {
  const { rowCount } = await db.query("SELECT FROM banks WHERE bank_key = $1 FOR KEY SHARE", [bankKey]);
  return rowCount === 1;
}

/** Locks the bank's row until the transaction ends: before any other row of the bank is locked. */
export async function lockBank(db: Queryable, bankKey: string): Promise<void> {
  await db.query("SELECT FROM banks WHERE bank_key = $1 FOR NO KEY UPDATE", [bankKey]);
}

/**
 * Locks the bank's row for a write of memory units, moves its revision, and hands out `count` positions.
 * @returns the bank as it is now, and the first position.
 * @throws BankGoneError
 */
export async function beginBankWrite(
  db: Queryable,
  bankKey: string,
  count: number,
): Promise<{ bank: BankRow; firstPosition: number }> {
  const { rows } = await db.query<BankRow & { first: string }>(
    `UPDATE banks SET revision = revision + 1, id_counter = id_counter + $2 WHERE bank_key = $1
     RETURNING ${BANK_COLUMNS}, id_counter - $2 AS first`,
    [bankKey, count],
  );
  const row = rows[0];
  if (!row) throw new BankGoneError();
  const { first, ...bank } = row;
  return { bank, firstPosition: Number(first) };
}

/** Leaves so many positions out: what is stored next was not said just after what was stored last. */
export async function skipPositions(db: Queryable, bankKey: string, count: number): Promise<void> {
  await db.query("UPDATE banks SET id_counter = id_counter + $2 WHERE bank_key = $1", [bankKey, count]);
}

/** Turns a write that has begun into one that changes or removes memory units: caches are read anew. */
export async function markRewritten(db: Queryable, bankKey: string): Promise<void> {
  await db.query("UPDATE banks SET rewritten_at_revision = revision WHERE bank_key = $1", [bankKey]);
}

/**
 * Locks the bank's row for a write that changes or removes memory units, and moves its revision: caches are read anew.
 * @returns the bank as it is now; undefined when it is gone.
 */
export async function beginBankRewrite(db: Queryable, bankKey: string): Promise<BankRow | undefined> {
  const { rows } = await db.query<BankRow>(
    `UPDATE banks SET revision = revision + 1, rewritten_at_revision = revision + 1 WHERE bank_key = $1
     RETURNING ${BANK_COLUMNS}`,
    [bankKey],
  );
  return rows[0];
}

/** What changes on a bank: absent or empty, nothing. */
export interface BankChange {
  name?: string | undefined;
  /** Overrides of configuration keys to write … */
  set: Record<string, unknown>;
  /** … and to remove. */
  remove: readonly string[];
}

/** @returns the changed row; undefined when the bank is gone. */
export async function updateBank(
  db: Queryable,
  bankKey: string,
  change: BankChange,
  now: Date,
): Promise<BankRow | undefined> {
  const { rows } = await db.query<BankRow>(
    `UPDATE banks SET name = coalesce($2, name), config = (config || $3) - $4::text[], updated_at = $5
     WHERE bank_key = $1 RETURNING ${BANK_COLUMNS}`,
    [bankKey, change.name ?? null, JSON.stringify(change.set), change.remove, now],
  );
  return rows[0];
}

/** Removes all of the bank's own configuration. */
export async function clearBankConfig(db: Queryable, address: BankAddress, now: Date): Promise<void> {
  await db.query("UPDATE banks SET config = '{}', updated_at = $3 WHERE sandbox_id = $1 AND bank_id = $2", [
    address.sandboxId,
    address.bankId,
    now,
  ]);
}

/**
 * Deletes a bank with everything in it.
 * @returns how many memory units, entities and documents it had; 0 when there was no such bank.
 */
export async function deleteBank(db: Queryable, address: BankAddress): Promise<number> {
  const { rows } = await db.query<{ count: number }>(
    `WITH gone AS (DELETE FROM banks WHERE sandbox_id = $1 AND bank_id = $2 RETURNING bank_key)
     SELECT ((SELECT count(*) FROM memory_units JOIN gone USING (bank_key))
       + (SELECT count(*) FROM entities JOIN gone USING (bank_key))
       + (SELECT count(*) FROM documents JOIN gone USING (bank_key)))::int AS count`,
    [address.sandboxId, address.bankId],
  );
  return rows[0]?.count ?? 0;
}
