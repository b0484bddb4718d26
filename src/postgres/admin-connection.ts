import pg from "pg";
import { TestkitError } from "../errors/testkit-error.ts";

/** How long a connection may take to be made, in milliseconds. */
const CONNECT_TIMEOUT = 10_000;

/** The URL without its password, for messages. */
export function withoutPassword(url: string): string {
  const shown = new URL(url);
  if (shown.password) shown.password = "***";
  return shown.href;
}

/**
 * One connection for statements about whole databases, made when it is first needed, and again when it was lost.
 * Statements run one after another.
 */
export class AdminConnection {
  readonly #url: string;
  readonly #log: () => string;
  #client: Promise<pg.Client> | undefined;
  #last: Promise<unknown> = Promise.resolve();

  /** @param log what to show of the server's log when a statement fails. */
  constructor(url: string, log: () => string = () => "") {
    this.#url = url;
    this.#log = log;
  }

  /** @throws TestkitError POSTGRES_CONNECT_FAILED */
  query<Row extends pg.QueryResultRow>(sql: string, values: unknown[] = []): Promise<Row[]> {
    const result = this.#last.then(() => this.#query<Row>(sql, values));
    this.#last = result.catch(() => {});
    return result;
  }

  /** Closes it when the statements that were given have run. */
  async close(): Promise<void> {
    await this.#last;
    const client = await this.#client?.catch(() => undefined);
    this.#client = undefined;
    await client?.end().catch(() => {});
  }

  async #query<Row extends pg.QueryResultRow>(sql: string, values: unknown[]): Promise<Row[]> {
    try {
      this.#client ??= this.#connect();
      const client = await this.#client;
      return (await client.query<Row>(sql, values)).rows;
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      const what = `${withoutPassword(this.#url)}: ${reason}`;
      throw new TestkitError("POSTGRES_CONNECT_FAILED", { what, cause, log: this.#log() });
    }
  }

  async #connect(): Promise<pg.Client> {
    const client = new pg.Client({
      connectionString: this.#url,
      connectionTimeoutMillis: CONNECT_TIMEOUT,
      application_name: "hindsight-testkit",
    });
    client.on("error", () => {
      this.#client = undefined;
    });
    try {
      await client.connect();
    } catch (error) {
      this.#client = undefined;
      throw error;
    }
    return client;
  }
}
