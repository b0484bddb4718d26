import type pg from "pg";
import { lockBank } from "../banks.ts";
import type { Database, Queryable } from "../database.ts";

/** Units from which on a bank is large: an exact search of fewer takes less than the index would save. */
const LARGE_BANK_UNITS = 50_000;
/** pgvector's HNSW index holds no more. */
const MAX_DIMENSION = 2_000;
/** Where the index is there already, each row costs a millisecond or two, for which writers of the bank wait. */
const ROWS_PER_UPDATE = 500;
/** "hnsw" in ASCII: whoever builds holds it, of all servers on a database. */
const LOCK = 0x686e7377;

/** What a build may take, in kilobytes. A graph that does not fit is built many times more slowly. */
const MEMORY_KB = { least: 64 * 1024, most: 1024 * 1024 };
/** Of a row in the graph, beside its vector. */
const ROW_OVERHEAD_BYTES = 1_000;

/** The distance of two vectors as the index of this dimension knows it. */
export function distanceOf(dimension: number, one: string, other: string): string {
  return `${one}::vector(${dimension}) <=> ${other}::vector(${dimension})`;
}

/** The rows that the index of this dimension holds. */
export function indexedRows(dimension: number, table: string): string {
  return `${table}.approximate AND vector_dims(${table}.embedding) = ${dimension}`;
}

/** Whether a bank's vectors are searched by the index. */
export async function hasApproximateIndex(
  db: Queryable,
  bankKey: string,
  dimension: number,
): Promise<boolean> {
  const { rows } = await db.query<{ has: boolean }>(
    `SELECT approximate AND EXISTS (SELECT FROM pg_index WHERE indexrelid = to_regclass($2) AND indisvalid) AS has
     FROM banks WHERE bank_key = $1`,
    [bankKey, nameOf(dimension)],
  );
  return rows[0]?.has ?? false;
}

export interface IndexUpkeepOptions {
  largeBankUnits?: number;
  /** Breaks the work off; it is taken up by the next. */
  signal?: AbortSignal;
}

/**
 * Sees to the approximate index: puts the vectors of banks that became large into it, makes it again where it is gone or was
 * broken off, and drops it when there is no large bank left. Neither readers nor writers wait for it, and of several servers one
 * does it. Searches stay exact until it is done.
 * @returns the keys of the banks that are in the index now, and were not before.
 */
export async function keepApproximateIndex(
  database: Database,
  dimension: number,
  { largeBankUnits = LARGE_BANK_UNITS, signal }: IndexUpkeepOptions = {},
): Promise<string[]> {
  if (dimension > MAX_DIMENSION || !(await findWork(database, dimension, largeBankUnits))) return [];
  const connection = await database.connect();
  // Not told, an error of a connection ends the process; whoever waits for the query hears of it.
  connection.on("error", () => {});
  // A statement can take minutes. The database ends it by itself, and an index that is then there is not made again.
  let isDropped = false;
  const drop = () => {
    if (!isDropped) connection.release(true);
    isDropped = true;
  };
  signal?.addEventListener("abort", drop, { once: true });
  try {
    signal?.throwIfAborted();
    // Not waiting: who waits has a snapshot, which a build would wait for.
    const { rows } = await connection.query<{ locked: boolean }>(
      "SELECT pg_try_advisory_lock($1) AS locked",
      [LOCK],
    );
    // What there is to do is looked at again: another server may have done it.
    const work = rows[0]?.locked ? await findWork(connection, dimension, largeBankUnits) : undefined;
    return work ? await doWork(connection, dimension, work, signal) : [];
  } finally {
    signal?.removeEventListener("abort", drop);
    // With the connection go the lock and the settings.
    drop();
  }
}

interface Work {
  /** Keys of banks to put into the index. */
  banks: string[];
  /** Whether there are banks that are searched by it, or will be. */
  wanted: boolean;
  /** Whether it is there, and whole. */
  valid: boolean;
}

async function findWork(db: Queryable, dimension: number, largeBankUnits: number): Promise<Work | undefined> {
  const { rows } = await db.query<Work & { exists: boolean }>(
    // The counter only grows, and is cheaper to read than the rows are to count.
    `WITH large AS (
       SELECT bank_key FROM banks WHERE NOT approximate AND id_counter >= $2
         AND (SELECT count(*) FROM memory_units u WHERE u.bank_key = banks.bank_key) >= $2)
     SELECT ARRAY(SELECT bank_key::text FROM large ORDER BY bank_key) AS banks,
       EXISTS (SELECT FROM large) OR EXISTS (SELECT FROM banks WHERE approximate) AS wanted,
       EXISTS (SELECT FROM pg_index WHERE indexrelid = to_regclass($1) AND indisvalid) AS valid,
       to_regclass($1) IS NOT NULL AS exists`,
    [nameOf(dimension), largeBankUnits],
  );
  const [work] = rows;
  if (!work) return undefined;
  const isDone = work.wanted ? work.valid && work.banks.length === 0 : !work.exists;
  return isDone ? undefined : work;
}

async function doWork(
  connection: pg.PoolClient,
  dimension: number,
  { banks, wanted, valid }: Work,
  signal: AbortSignal | undefined,
): Promise<string[]> {
  for (const bankKey of banks) await markRows(connection, bankKey, signal);
  // One that was broken off is not valid, and is made anew.
  if (!valid || !wanted) await connection.query(`DROP INDEX CONCURRENTLY IF EXISTS ${nameOf(dimension)}`);
  if (!wanted) return [];
  if (!valid) await createIndex(connection, dimension);
  for (const bankKey of banks) {
    // What was stored while the index was made.
    await markRows(connection, bankKey, signal);
    await inTransaction(connection, async () => {
      // Locks the bank: what is stored from now on marks itself.
      await connection.query("UPDATE banks SET approximate = true WHERE bank_key = $1", [bankKey]);
      await connection.query(
        "UPDATE memory_units SET approximate = true WHERE bank_key = $1 AND NOT approximate",
        [bankKey],
      );
    });
  }
  return banks;
}

/** Marks a bank's rows for the index, a few at a time, so that its writers get their turn. */
async function markRows(
  connection: pg.PoolClient,
  bankKey: string,
  signal: AbortSignal | undefined,
): Promise<void> {
  let after = "00000000-0000-0000-0000-000000000000";
  for (;;) {
    signal?.throwIfAborted();
    const last = await inTransaction(connection, async () => {
      await lockBank(connection, bankKey);
      const { rows } = await connection.query<{ last: string | null }>(
        `WITH marked AS (
           UPDATE memory_units SET approximate = true WHERE bank_key = $1 AND unit_id IN (
             SELECT unit_id FROM memory_units WHERE bank_key = $1 AND unit_id > $2 AND NOT approximate
             ORDER BY unit_id LIMIT $3)
           RETURNING unit_id)
         SELECT unit_id AS last FROM marked ORDER BY unit_id DESC LIMIT 1`,
        [bankKey, after, ROWS_PER_UPDATE],
      );
      return rows[0]?.last;
    });
    if (!last) return;
    after = last;
  }
}

async function createIndex(connection: pg.PoolClient, dimension: number): Promise<void> {
  const { rows } = await connection.query<{ count: number }>(
    "SELECT count(*)::int AS count FROM memory_units WHERE approximate",
  );
  const kilobytes = Math.ceil(((rows[0]?.count ?? 0) * (dimension * 4 + ROW_OVERHEAD_BYTES)) / 1024);
  const memory = Math.min(Math.max(kilobytes, MEMORY_KB.least), MEMORY_KB.most);
  // Workers beside it would share memory, of which a container has little; and others have work to do.
  await connection.query(
    `SET maintenance_work_mem = '${memory}kB'; SET max_parallel_maintenance_workers = 0`,
  );
  await connection.query(
    `CREATE INDEX CONCURRENTLY IF NOT EXISTS ${nameOf(dimension)} ON memory_units
     USING hnsw ((embedding::vector(${dimension})) vector_cosine_ops) WHERE ${indexedRows(dimension, "memory_units")}`,
  );
}

async function inTransaction<T>(connection: pg.PoolClient, work: () => Promise<T>): Promise<T> {
  await connection.query("BEGIN");
  const result = await work();
  await connection.query("COMMIT");
  return result;
}

function nameOf(dimension: number): string {
  return `memory_units_hnsw_${dimension}`;
}
