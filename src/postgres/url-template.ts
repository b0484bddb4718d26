import type { AdminConnection } from "./admin-connection.ts";
import type { OnPhase } from "./host.ts";
import { preparationLock, usageLock } from "./usage-lock.ts";

/** Waiting for another run that prepares the template, in milliseconds. */
const LOCK_TIMEOUT = 60_000;

/** The migrated database on somebody else's server, shared by all runs with this schema, dropped by the last of them. */
export class UrlTemplate {
  readonly name: string;
  readonly #admin: AdminConnection;
  readonly #usage: [number, number];
  readonly #preparation: [number, number];

  /** @param hash of the schema, and of all that decides about who can use the template. */
  constructor(admin: AdminConnection, hash: string) {
    const number = hash.slice(0, 8);
    this.name = `hindsight_template_${number}`;
    this.#admin = admin;
    this.#usage = usageLock(number);
    this.#preparation = preparationLock(number);
  }

  /** Finds or makes it. A lock that says that it is in use, shared with other runs, is held until the connection ends. */
  async prepare(migrate: (database: string) => Promise<void>, onPhase: OnPhase): Promise<void> {
    await this.#admin.query(`SET statement_timeout = ${LOCK_TIMEOUT}`);
    await this.#admin.query("SELECT pg_advisory_lock_shared($1, $2)", this.#usage);
    if (!(await this.#exists())) {
      const began = performance.now();
      await this.#admin.query("SELECT pg_advisory_lock($1, $2)", this.#preparation);
      if (!(await this.#exists())) await this.#make(migrate);
      await this.#admin.query("SELECT pg_advisory_unlock($1, $2)", this.#preparation);
      onPhase("migrate", performance.now() - began);
    }
    await this.#admin.query("RESET statement_timeout");
  }

  async dropUnlessUsed(): Promise<void> {
    // Given back first: of several that end at once, the last to do so then finds itself alone.
    await this.#admin.query("SELECT pg_advisory_unlock_shared($1, $2)", this.#usage);
    const [taken] = await this.#admin.query<{ ok: boolean }>(
      "SELECT pg_try_advisory_lock($1, $2) AS ok",
      this.#usage,
    );
    if (taken?.ok) await this.#admin.query(`DROP DATABASE IF EXISTS ${this.name}`);
  }

  /** Under another name until it is complete. */
  async #make(migrate: (database: string) => Promise<void>): Promise<void> {
    const building = `${this.name}_building`;
    await this.#admin.query(`DROP DATABASE IF EXISTS ${building} WITH (FORCE)`);
    const [standard] = await this.#admin.query<{ encoding: string }>(
      "SELECT pg_encoding_to_char(encoding) AS encoding FROM pg_database WHERE datname = 'template1'",
    );
    // In SQL_ASCII, for one, text that is not ASCII is lost in jsonb.
    const encoding = standard?.encoding === "UTF8" ? "" : " TEMPLATE template0 ENCODING 'UTF8'";
    await this.#admin.query(`CREATE DATABASE ${building}${encoding}`);
    await migrate(building);
    await this.#admin.query(`ALTER DATABASE ${building} RENAME TO ${this.name}`);
  }

  async #exists(): Promise<boolean> {
    const rows = await this.#admin.query("SELECT FROM pg_database WHERE datname = $1", [this.name]);
    return rows.length > 0;
  }
}
