import { readdirSync } from "node:fs";
import { basename, extname } from "node:path";
import pg from "pg";
import { TestkitError } from "../errors/testkit-error.ts";
import { findSchemas } from "../extensions.ts";
import { migrationsDirectory } from "../package-root.ts";
import { withoutPassword, withSearchPath } from "../postgres-url.ts";

const MIGRATIONS_TABLE = "pgmigrations";

/** The advisory lock's key, "hind" in ASCII. node-pg-migrate's own lock throws where this one waits. */
const LOCK = 0x68696e64;

/** `server_version_num` of the oldest Postgres that will do. */
const OLDEST = 150_000;

const CONNECT_TIMEOUT_MS = 10_000;

/**
 * Brings the schema up to date that the connection makes its tables in. Any number of processes may do so at once; one of them
 * migrates.
 * @returns the URL of connections that find all of it: the given one, unless extensions are in schemas beyond its search path.
 * @throws TestkitError `POSTGRES_CONNECT_FAILED`
 */
export async function migrate(url: string): Promise<string> {
  const client = await connect(url);
  try {
    const { searched, withExtensions } = await findSchemas(
      async (sql, values) => (await client.query(sql, values)).rows,
    );
    const [schema] = searched;
    if (schema === undefined) throw refuse(url, "its search path names no schema that is there.");
    const beyond = withExtensions.filter((name) => !searched.includes(name));
    const reaching = beyond.length === 0 ? url : withSearchPath(url, [...searched, ...beyond]);
    const directory = migrationsDirectory();
    if (await isUpToDate(client, schema, directory)) return reaching;
    await refuseOldServer(client, url);
    await client.query("SELECT set_config('search_path', $1, false)", [
      [...searched, ...beyond].map((name) => pg.escapeIdentifier(name)).join(","),
    ]);
    await client.query("SELECT pg_advisory_lock($1)", [LOCK]);
    // Loading it takes longer than all the rest, and most databases are up to date.
    const { runner } = await import("node-pg-migrate");
    await runner({
      dbClient: client,
      dir: directory,
      direction: "up",
      migrationsTable: MIGRATIONS_TABLE,
      migrationsSchema: schema,
      noLock: true,
      log: () => {},
    });
    return reaching;
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
    throw refuse(url, cause instanceof Error ? cause.message : String(cause), cause);
  }
}

async function refuseOldServer(client: pg.Client, url: string): Promise<void> {
  const { rows } = await client.query<{ number: number; name: string }>(
    "SELECT current_setting('server_version_num')::int AS number, current_setting('server_version') AS name",
  );
  const [version] = rows;
  if (version && version.number < OLDEST) throw refuse(url, `it is Postgres ${version.name}.`);
}

function refuse(url: string, what: string, cause?: unknown): TestkitError {
  return new TestkitError("POSTGRES_CONNECT_FAILED", { what: `${withoutPassword(url)}: ${what}`, cause });
}

/** Another schema's table of that name would say nothing of this one: many projects have one. */
async function isUpToDate(client: pg.Client, schema: string, directory: string): Promise<boolean> {
  const table = `${pg.escapeIdentifier(schema)}.${MIGRATIONS_TABLE}`;
  const { rows: tables } = await client.query("SELECT 1 WHERE to_regclass($1) IS NOT NULL", [table]);
  if (tables.length === 0) return false;
  const { rows } = await client.query<{ name: string }>(`SELECT name FROM ${table}`);
  const applied = new Set(rows.map(({ name }) => name));
  return readdirSync(directory).every((file) => applied.has(basename(file, extname(file))));
}
