import pg from "pg";
import { EXTENSIONS, findSchemas } from "../extensions.ts";
import { withSearchPath } from "../postgres-url.ts";
import type { AdminConnection } from "./admin-connection.ts";
import type { Migrate } from "./host.ts";
import type { UrlSpace } from "./url-space.ts";
import { DROP_TIMEOUT, dropAbandonedSchemas, preparationLock, usageLock } from "./usage-lock.ts";

/** Where extensions are put that the database does not have: an extension is there once for all schemas, of all runs. */
const EXTENSIONS_SCHEMA = "hindsight_extensions";

/** Stands for the extensions' schema among the numbers of runs. */
const EXTENSIONS_NUMBER = "00000000";

/**
 * On somebody else's server, for a user who may not create databases: schemas in the given one. There is nothing to clone;
 * each is migrated by itself. What else is in the database is out of their search path, but for schemas with extensions.
 */
export class UrlSchemas implements UrlSpace {
  readonly #url: string;
  readonly #admin: AdminConnection;
  readonly #migrate: Migrate;

  private constructor(url: string, admin: AdminConnection, migrate: Migrate) {
    this.#url = url;
    this.#admin = admin;
    this.#migrate = migrate;
  }

  /** Sweeps, and installs the extensions that are not there. */
  static async prepare(url: string, admin: AdminConnection, migrate: Migrate): Promise<UrlSchemas> {
    await dropAbandonedSchemas(admin);
    // Before it is looked what is there: whoever would drop it finds it in use from now on.
    await admin.hold(usageLock(EXTENSIONS_NUMBER), { shared: true });
    const preparation = preparationLock(EXTENSIONS_NUMBER);
    await admin.query("SELECT pg_advisory_lock($1, $2)", preparation);
    try {
      await installExtensions(admin);
    } finally {
      await admin.query("SELECT pg_advisory_unlock($1, $2)", preparation);
    }
    return new UrlSchemas(url, admin, migrate);
  }

  async create(name: string): Promise<string> {
    await this.#admin.query(`CREATE SCHEMA ${pg.escapeIdentifier(name)}`);
    const { withExtensions } = await findSchemas((sql, values) => this.#admin.query(sql, values));
    const url = withSearchPath(this.#url, [name, ...withExtensions]);
    await this.#migrate(url);
    return url;
  }

  async drop(name: string): Promise<void> {
    await this.#admin.query(`SET lock_timeout = ${DROP_TIMEOUT}`);
    await this.#admin.query(
      `SELECT pg_terminate_backend(pid) FROM pg_locks JOIN pg_class c ON c.oid = relation JOIN pg_namespace n ON n.oid = relnamespace
       WHERE nspname = $1 AND pid <> pg_backend_pid() AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`,
      [name],
    );
    await this.#admin.query(`DROP SCHEMA IF EXISTS ${pg.escapeIdentifier(name)} CASCADE`);
  }

  async release(): Promise<void> {
    const usage = usageLock(EXTENSIONS_NUMBER);
    await this.#admin.letGo();
    const [taken] = await this.#admin.query<{ ok: boolean }>(
      "SELECT pg_try_advisory_lock($1, $2) AS ok",
      usage,
    );
    if (!taken?.ok) return;
    const ours = await this.#admin.query<{ name: string }>(
      "SELECT extname AS name FROM pg_extension JOIN pg_namespace n ON n.oid = extnamespace WHERE nspname = $1",
      [EXTENSIONS_SCHEMA],
    );
    // Without CASCADE: what others have come to rest on one meanwhile is theirs, and it stays.
    for (const { name } of ours) {
      await this.#admin.query(`DROP EXTENSION IF EXISTS ${pg.escapeIdentifier(name)}`).catch(() => {});
    }
    await this.#admin.query(`DROP SCHEMA IF EXISTS ${EXTENSIONS_SCHEMA}`).catch(() => {});
  }
}

async function installExtensions(admin: AdminConnection): Promise<void> {
  const missing = await admin.query<{ name: string }>(
    `SELECT name FROM pg_available_extensions WHERE installed_version IS NULL AND name = ANY ($1)`,
    [[...EXTENSIONS.required, ...EXTENSIONS.optional]],
  );
  if (missing.length === 0) return;
  await admin.query(`CREATE SCHEMA IF NOT EXISTS ${EXTENSIONS_SCHEMA}`);
  await admin.query(`GRANT USAGE ON SCHEMA ${EXTENSIONS_SCHEMA} TO PUBLIC`);
  for (const { name } of missing) {
    const installed = admin.query(`CREATE EXTENSION IF NOT EXISTS ${name} SCHEMA ${EXTENSIONS_SCHEMA}`);
    await (EXTENSIONS.optional.includes(name) ? installed.catch(() => {}) : installed);
  }
}
