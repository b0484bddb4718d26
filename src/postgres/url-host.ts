import { randomBytes } from "node:crypto";
import { TestkitError } from "../errors/testkit-error.ts";
import { migrationsDirectory } from "../package-root.ts";
import { withoutPassword } from "../postgres-url.ts";
import { AdminConnection } from "./admin-connection.ts";
import type { Migrate, OnPhase, PostgresHost } from "./host.ts";
import { schemaHash } from "./schema-hash.ts";
import { UrlDatabases } from "./url-databases.ts";
import { UrlSchemas } from "./url-schemas.ts";
import type { UrlSpace } from "./url-space.ts";
import { usageLock } from "./usage-lock.ts";

/** `server_version_num` of the oldest Postgres that will do. */
const OLDEST = 150_000;

/** Bytes. Postgres cuts longer names off. */
const LONGEST_NAME = 63;

interface UrlPostgresOptions {
  /** `postgres://…` of a user who may create databases, or schemas in the database that it names. What is there is not changed. */
  url: string;
  /** Applies the migrations to the template database, when there is none with this schema; or to each new schema. */
  migrate: Migrate;
  /** The directory of these migrations. Defaults to the package's own. */
  migrations?: string;
  /** The phases `connect` and, when it happens, `migrate`. */
  onPhase?: OnPhase;
  /** The end of the server's log, where it can be had. */
  log?: () => string;
}

/**
 * A Postgres that somebody else runs. Databases are made beside the given one and named `hindsight_<run>_<name>`; they,
 * and the template that they are cloned from, are dropped when nobody uses them any more. Where the user may not create
 * databases, they are schemas in the given one, named likewise.
 */
export class UrlPostgresHost implements PostgresHost {
  readonly adminUrl: string;
  readonly pid = undefined;
  readonly #admin: AdminConnection;
  readonly #log: () => string;
  readonly #run: string;
  readonly #space: UrlSpace;
  readonly #made = new Set<string>();
  #stopped: Promise<void> | undefined;

  private constructor(options: UrlPostgresOptions, admin: AdminConnection, run: string, space: UrlSpace) {
    this.adminUrl = options.url;
    this.#log = options.log ?? (() => "");
    this.#admin = admin;
    this.#run = run;
    this.#space = space;
  }

  /** @throws TestkitError POSTGRES_CONNECT_FAILED, and what the migration throws */
  static async start(options: UrlPostgresOptions): Promise<UrlPostgresHost> {
    const { url, migrate, migrations = migrationsDirectory(), onPhase = () => {} } = options;
    const began = performance.now();
    const admin = new AdminConnection(url, options.log);
    try {
      const { user, database, mayCreateDatabases } = await checkServer(admin, url);
      const run = randomBytes(4).toString("hex");
      await admin.hold(usageLock(run), { shared: false });
      onPhase("connect", performance.now() - began);
      // Another user's template could not be cloned, and locks are seen only in the database where they are taken.
      const hash = schemaHash(migrations, user, database);
      const space = mayCreateDatabases
        ? await UrlDatabases.prepare({ url, admin, hash }, migrate, onPhase)
        : await UrlSchemas.prepare(url, admin, migrate);
      return new UrlPostgresHost(options, admin, run, space);
    } catch (error) {
      await admin.close();
      throw error;
    }
  }

  log(): string {
    return this.#log();
  }

  async createDatabase(name: string): Promise<string> {
    const database = this.#name(name);
    this.#made.add(database);
    return await this.#space.create(database);
  }

  async dropDatabase(name: string): Promise<void> {
    await this.#drop(this.#name(name));
  }

  /** In place of `stop`, for a server that is about to be thrown away with all that is in it. */
  async disconnect(): Promise<void> {
    this.#stopped ??= this.#admin.close();
    await this.#stopped;
  }

  stop(): Promise<void> {
    this.#stopped ??= this.#stop();
    return this.#stopped;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  #name(name: string): string {
    const full = `hindsight_${this.#run}_${name}`;
    if (Buffer.byteLength(full) <= LONGEST_NAME) return full;
    throw new Error(`${JSON.stringify(name)} is too long for a database's name`);
  }

  async #drop(database: string): Promise<void> {
    await this.#space.drop(database);
    this.#made.delete(database);
  }

  async #stop(): Promise<void> {
    try {
      for (const database of this.#made) await this.#drop(database);
      await this.#space.release();
    } finally {
      await this.#admin.close(); // releases the locks
    }
  }
}

/** Who and where we are on the server, which is one that will do. */
async function checkServer(
  admin: AdminConnection,
  url: string,
): Promise<{ user: string; database: string; mayCreateDatabases: boolean }> {
  const refuse = (what: string) =>
    new TestkitError("POSTGRES_CONNECT_FAILED", { what: `${withoutPassword(url)}: ${what}` });
  const [server] = await admin.query<{
    version: number;
    name: string;
    readOnly: boolean;
    encoding: string;
    user: string;
    database: string;
    mayCreateDatabases: boolean;
    mayCreateSchemas: boolean;
  }>(
    `SELECT current_setting('server_version_num')::int AS version, current_setting('server_version') AS name,
            current_setting('transaction_read_only')::bool AS "readOnly", getdatabaseencoding() AS encoding,
            current_user AS user, current_database() AS database, rolcreatedb OR rolsuper AS "mayCreateDatabases",
            has_database_privilege(current_database(), 'CREATE') AS "mayCreateSchemas"
     FROM pg_roles WHERE rolname = current_user`,
  );
  if (server === undefined) throw refuse("it does not tell its version.");
  if (server.version < OLDEST) throw refuse(`it is Postgres ${server.name}.`);
  if (server.readOnly) throw refuse("it is read-only, as a standby is.");
  if (server.mayCreateDatabases) return server;
  if (!server.mayCreateSchemas) {
    throw refuse(`the user ${server.user} may create neither databases nor schemas in ${server.database}.`);
  }
  if (server.encoding === "UTF8") return server;
  throw refuse(
    `the user ${server.user} may not create databases, and text would be lost in ${server.database}, whose encoding is ${server.encoding}.`,
  );
}
