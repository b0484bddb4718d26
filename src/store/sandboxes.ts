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

/** The same, kept so until the transaction ends. */
export async function lockSandbox(tx: Queryable, sandboxId: string): Promise<SandboxState> {
  await tx.query("SELECT FROM sandboxes WHERE sandbox_id = $1 FOR SHARE", [sandboxId]);
  return sandboxState(tx, sandboxId);
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

/**
 * Makes a sandbox that a sandbox is forked to, with the same clock and without banks. A fork's id tells whose it is: those of
 * sandbox 7, and of its forks, are 7-1, 7-2, …
 */
export async function insertFork(tx: Queryable, sandboxId: string): Promise<string> {
  const [root = ""] = sandboxId.split("-");
  const { rows } = await tx.query<{ sandboxId: string }>(
    root === ""
      ? `INSERT INTO sandboxes (sandbox_id, clock)
         SELECT nextval('sandbox_numbers'), clock FROM sandboxes WHERE sandbox_id = $1
         RETURNING sandbox_id AS "sandboxId"`
      : `WITH counted AS (UPDATE sandboxes SET forks = forks + 1 WHERE sandbox_id = split_part($1, '-', 1) RETURNING forks)
         INSERT INTO sandboxes (sandbox_id, clock)
         SELECT split_part($1, '-', 1) || '-' || forks, (SELECT clock FROM sandboxes WHERE sandbox_id = $1) FROM counted
         RETURNING sandbox_id AS "sandboxId"`,
    [sandboxId],
  );
  return rows[0]?.sandboxId ?? "";
}

/** Closes a sandbox and its forks: from now on no bank is made in them. @returns their ids; none when it does not exist. */
export async function closeSandboxes(db: Queryable, sandboxId: string): Promise<string[]> {
  const { rows } = await db.query<{ sandboxId: string }>(
    `UPDATE sandboxes SET closed = true WHERE sandbox_id = $1 OR sandbox_id IN (
       SELECT sandbox_id || '-' || number FROM sandboxes, generate_series(1, forks) number WHERE sandbox_id = $1)
     RETURNING sandbox_id AS "sandboxId"`,
    [sandboxId],
  );
  return rows.map((row) => row.sandboxId);
}

/** Sets where a sandbox's clock stands; null: where every clock begins. */
export async function setSandboxClock(db: Queryable, sandboxId: string, clock: Date | null): Promise<void> {
  await db.query("UPDATE sandboxes SET clock = $2 WHERE sandbox_id = $1", [sandboxId, clock]);
}

/** The clocks of open sandboxes that were set. */
export async function listSandboxClocks(db: Queryable): Promise<{ sandboxId: string; clock: Date }[]> {
  const { rows } = await db.query<{ sandboxId: string; clock: Date }>(
    `SELECT sandbox_id AS "sandboxId", clock FROM sandboxes WHERE clock IS NOT NULL AND NOT closed`,
  );
  return rows;
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
