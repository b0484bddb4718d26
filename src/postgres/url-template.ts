import pg from "pg";
import type { AdminConnection } from "./admin-connection.ts";
import type { OnPhase } from "./host.ts";
import { preparationLock, usageLock } from "./usage-lock.ts";

/** Waiting for another run that prepares the template, in milliseconds. */
const LOCK_TIMEOUT = 60_000;

/** What systems call the locale that tells the letters of all languages, the most usual first. */
const LETTER_LOCALES = ["C.UTF-8", "C.utf8", "en_US.UTF-8", "en-US"];

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
  async prepare(migrate: (database: string) => Promise<unknown>, onPhase: OnPhase): Promise<void> {
    await this.#admin.query(`SET statement_timeout = ${LOCK_TIMEOUT}`);
    await this.#admin.hold(this.#usage, { shared: true });
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
    await this.#admin.letGo();
    const [taken] = await this.#admin.query<{ ok: boolean }>(
      "SELECT pg_try_advisory_lock($1, $2) AS ok",
      this.#usage,
    );
    if (taken?.ok) await this.#admin.query(`DROP DATABASE IF EXISTS ${this.name}`);
  }

  /** Under another name until it is complete. */
  async #make(migrate: (database: string) => Promise<unknown>): Promise<void> {
    const building = `${this.name}_building`;
    await this.#admin.query(`DROP DATABASE IF EXISTS ${building} WITH (FORCE)`);
    await this.#create(building);
    await migrate(building);
    await this.#admin.query(`ALTER DATABASE ${building} RENAME TO ${this.name}`);
  }

  /**
   * As the clusters of our own are: in UTF-8, since text is lost in others; ordered by code point, as everywhere; and knowing
   * the letters of all languages. Servers differ in the locales that they have, and may miss the empty template.
   */
  async #create(database: string): Promise<void> {
    const [server] = await this.#admin.query<{ version: number; letters: string }>(
      `SELECT current_setting('server_version_num')::int AS version, datctype AS letters
       FROM pg_database WHERE datname = current_database()`,
    );
    const order =
      (server?.version ?? 0) >= 170_000
        ? "LOCALE_PROVIDER builtin BUILTIN_LOCALE 'C.UTF-8'"
        : "LOCALE_PROVIDER libc";
    let failure: unknown;
    for (const locale of [...LETTER_LOCALES, server?.letters ?? "C"]) {
      const letters = pg.escapeLiteral(locale);
      try {
        await this.#admin.query(
          `CREATE DATABASE ${database} TEMPLATE template0 ENCODING 'UTF8' ${order} LC_COLLATE 'C' LC_CTYPE ${letters}`,
        );
        return;
      } catch (error) {
        failure ??= error;
      }
    }
    await this.#admin.query(`CREATE DATABASE ${database} ENCODING 'UTF8'`).catch(() => {
      throw failure;
    });
  }

  async #exists(): Promise<boolean> {
    const rows = await this.#admin.query("SELECT FROM pg_database WHERE datname = $1", [this.name]);
    return rows.length > 0;
  }
}
