import type { Queryable } from "./database.ts";

/** A bank was to be made in a sandbox that is closed, or does not exist. */
export class SandboxNotOpenError extends Error {
  constructor(sandboxId: string) {
    super(`Sandbox '${sandboxId}' is closed: the test that it belonged to has ended`);
    this.name = "SandboxNotOpenError";
  }
}

export type SandboxState = "open" | "closed" | "unknown";

export async function sandboxState(db: Queryable, sandboxId: string): Promise<SandboxState> {
  const { rows } = await db.query<{ closed: boolean }>("SELECT closed FROM sandboxes WHERE sandbox_id = $1", [
    sandboxId,
  ]);
  if (!rows[0]) return "unknown";
  return rows[0].closed ? "closed" : "open";
}

/** Makes open sandboxes, each with one bank. @returns their ids, in order. */
export async function insertSandboxes(
  db: Queryable,
  count: number,
  bank: { bankId: string; idSeed: string; now: Date },
): Promise<string[]> {
  const { rows } = await db.query<{ sandboxId: string }>(
    `WITH made AS (
       INSERT INTO sandboxes (sandbox_id) SELECT nextval('sandbox_numbers') FROM generate_series(1, $1)
       RETURNING sandbox_id)
     INSERT INTO banks (sandbox_id, bank_id, name, id_seed, created_at, updated_at)
     SELECT sandbox_id, $2, $2, $3, $4, $4 FROM made ORDER BY sandbox_id::bigint
     RETURNING sandbox_id AS "sandboxId"`,
    [count, bank.bankId, bank.idSeed, bank.now],
  );
  return rows.map(({ sandboxId }) => sandboxId);
}

/** Closes a sandbox: from now on no bank is made in it. @returns false when it does not exist. */
export async function closeSandbox(db: Queryable, sandboxId: string): Promise<boolean> {
  const { rowCount } = await db.query("UPDATE sandboxes SET closed = true WHERE sandbox_id = $1", [
    sandboxId,
  ]);
  return rowCount === 1;
}

/** A bank that was in a sandbox when it was emptied. */
export interface RemovedBank {
  bankId: string;
  memoryUnits: number;
  /** Wall time. */
  insertedAt: Date;
}

/** Deletes all banks of a sandbox, with everything in them. @returns what they were, in the order they were made. */
export async function deleteBanksOf(db: Queryable, sandboxId: string): Promise<RemovedBank[]> {
  const { rows } = await db.query<RemovedBank>(
    `WITH gone AS (DELETE FROM banks WHERE sandbox_id = $1 RETURNING bank_key, bank_id, inserted_at)
     SELECT bank_id AS "bankId", inserted_at AS "insertedAt",
       (SELECT count(*)::int FROM memory_units u WHERE u.bank_key = gone.bank_key) AS "memoryUnits"
     FROM gone ORDER BY bank_key`,
    [sandboxId],
  );
  return rows;
}
