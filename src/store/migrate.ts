import { readdirSync } from "node:fs";
import { basename, extname } from "node:path";
import pg from "pg";
import { TestkitError } from "../errors/testkit-error.ts";
import { migrationsDirectory } from "../package-root.ts";

const MIGRATIONS_TABLE = "pgmigrations";

/** The advisory lock's key, "hind" in ASCII. node-pg-migrate's own lock throws where this one waits. */
const LOCK = 0x68696e64;

const CONNECT_TIMEOUT_MS = 10_000;

/**
 * Brings the database's schema up to date. Any number of processes may do so at once; one of them migrates.
 * @throws TestkitError `POSTGRES_CONNECT_FAILED`
 */
export async function migrate(url: string): Promise<void> {
  const client = await connect(url);
  try {
    const directory = migrationsDirectory();
    if (await isUpToDate(client, directory)) return;
    await client.query("SELECT pg_advisory_lock($1)", [LOCK]);
    // Loading it takes longer than all the rest, and most databases are up to date.
    const { runner } = await import("node-pg-migrate");
    await runner({
      dbClient: client,
      dir: directory,
      direction: "up",
      migrationsTable: MIGRATIONS_TABLE,
      noLock: true,
      log: () => {},
    });
  } finally {
    await client.end(); // releases the lock
  }
}

async function connect(url: string): Promise<pg.Client> {
  const client = new pg.Client({
    connectionString: url,
    application_name: "hindsight migrations",
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
  });
  try {
    await client.connect();
    return client;
  } catch (cause) {
    const { host, pathname } = new URL(url);
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new TestkitError("POSTGRES_CONNECT_FAILED", { what: `${host}${pathname}: ${reason}`, cause });
  }
}

async function isUpToDate(client: pg.Client, directory: string): Promise<boolean> {
  const { rows: tables } = await client.query("SELECT 1 WHERE to_regclass($1) IS NOT NULL", [
    MIGRATIONS_TABLE,
  ]);
  if (tables.length === 0) return false;
  const { rows } = await client.query<{ name: string }>(`SELECT name FROM ${MIGRATIONS_TABLE}`);
  const applied = new Set(rows.map(({ name }) => name));
  return readdirSync(directory).every((file) => applied.has(basename(file, extname(file))));
}
