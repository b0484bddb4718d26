import { randomBytes } from "node:crypto";
import pg from "pg";
import { TestkitError } from "../errors/testkit-error.ts";
import { migrationsDirectory } from "../package-root.ts";
import { AdminConnection, withoutPassword } from "./admin-connection.ts";
import type { Migrate, OnPhase, PostgresHost } from "./host.ts";
import { schemaHash } from "./schema-hash.ts";
import { UrlTemplate } from "./url-template.ts";
import { dropAbandonedDatabases, usageLock } from "./usage-lock.ts";

/** `server_version_num` of the oldest Postgres that will do. */
const OLDEST = 150_000;

interface UrlPostgresOptions {
  /** `postgres://…` of a user who may create databases; the database that it names is not changed. */
  url: string;
  /** Applies the migrations to the template database, when there is none with this schema. */
  migrate: Migrate;
  /** The directory of these migrations. Defaults to the package's own. */
  migrations?: string;
  /** The phases `connect` and, when it happens, `migrate`. */
  onPhase?: OnPhase;
}

/**
 * A Postgres that somebody else runs. Databases are made beside the given one and named `hindsight_<run>_<name>`; they,
 * and the template that they are cloned from, are dropped when nobody uses them any more.
 */
export class UrlPostgresHost implements PostgresHost {
  readonly adminUrl: string;
  readonly pid = undefined;
  readonly #admin: AdminConnection;
  readonly #run: string;
  readonly #template: UrlTemplate;
  readonly #made = new Set<string>();
  #stopped: Promise<void> | undefined;

  private constructor(url: string, admin: AdminConnection, run: string, template: UrlTemplate) {
    this.adminUrl = url;
    this.#admin = admin;
    this.#run = run;
    this.#template = template;
  }

  /** @throws TestkitError POSTGRES_CONNECT_FAILED, and what the migration throws */
  static async start(options: UrlPostgresOptions): Promise<UrlPostgresHost> {
    const { url, migrate, migrations = migrationsDirectory(), onPhase = () => {} } = options;
    const began = performance.now();
    const admin = new AdminConnection(url);
    try {
      const { user, database } = await checkServer(admin, url);
      const run = randomBytes(4).toString("hex");
      await admin.query("SELECT pg_advisory_lock($1, $2)", usageLock(run));
      await dropAbandonedDatabases(admin);
      onPhase("connect", performance.now() - began);
      // Another user's template could not be cloned, and locks are seen only in the database where they are taken.
      const template = new UrlTemplate(admin, schemaHash(migrations, user, database));
      await template.prepare((name) => migrate(withDatabase(url, name)), onPhase);
      return new UrlPostgresHost(url, admin, run, template);
    } catch (error) {
      await admin.close();
      throw error;
    }
  }

  log(): string {
    return "";
  }

  async createDatabase(name: string): Promise<string> {
    const database = this.#name(name);
    this.#made.add(database);
    await this.#admin.query(
      `CREATE DATABASE ${pg.escapeIdentifier(database)} TEMPLATE ${this.#template.name}`,
    );
    return withDatabase(this.adminUrl, database);
  }

  async dropDatabase(name: string): Promise<void> {
    await this.#drop(this.#name(name));
  }

  stop(): Promise<void> {
    this.#stopped ??= this.#stop();
    return this.#stopped;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  /** Postgres cuts names off at 63 bytes. */
  #name(name: string): string {
    return `hindsight_${this.#run}_${name}`;
  }

  async #drop(database: string): Promise<void> {
    await this.#admin.query(`DROP DATABASE IF EXISTS ${pg.escapeIdentifier(database)} WITH (FORCE)`);
    this.#made.delete(database);
  }

  async #stop(): Promise<void> {
    try {
      for (const database of this.#made) await this.#drop(database);
      await this.#template.dropUnlessUsed();
    } finally {
      await this.#admin.close(); // releases the locks
    }
  }
}

/** Who and where we are on the server, which is one that will do. */
async function checkServer(admin: AdminConnection, url: string): Promise<{ user: string; database: string }> {
  const refuse = (what: string) =>
    new TestkitError("POSTGRES_CONNECT_FAILED", { what: `${withoutPassword(url)}: ${what}` });
  const [server] = await admin.query<{
    version: number;
    name: string;
    user: string;
    database: string;
    may_create: boolean;
  }>(
    `SELECT current_setting('server_version_num')::int AS version, current_setting('server_version') AS name,
            current_user AS user, current_database() AS database, rolcreatedb OR rolsuper AS may_create
     FROM pg_roles WHERE rolname = current_user`,
  );
  if (server === undefined) throw refuse("it does not tell its version.");
  if (server.version < OLDEST) throw refuse(`it is Postgres ${server.name}.`);
  if (!server.may_create) throw refuse(`the user ${server.user} may not create databases.`);
  return server;
}

function withDatabase(url: string, database: string): string {
  const changed = new URL(url);
  changed.pathname = `/${encodeURIComponent(database)}`;
  return changed.href;
}
