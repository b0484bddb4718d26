import pg from "pg";
import { TestkitError } from "../errors/testkit-error.ts";
import { withoutPassword } from "../postgres-url.ts";

/** How long a connection may take to be made, in milliseconds. */
const CONNECT_TIMEOUT = 10_000;

/**
 * One connection for statements about whole databases, made when it is first needed, and again when it was lost.
 * Statements run one after another.
 */
export class AdminConnection {
  readonly #url: string;
  readonly #log: () => string;
  readonly #held = new Map<string, [number, number]>();
  #connection: Promise<pg.Client> | undefined;
  /** The one that the connection is, or will be. */
  #client: pg.Client | undefined;
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

  /**
   * Takes an advisory lock, shared with others or not, and takes it again with every new connection: a server that was
   * restarted has forgotten it.
   * @throws TestkitError POSTGRES_CONNECT_FAILED
   */
  async hold(key: [number, number], { shared }: { shared: boolean }): Promise<void> {
    const sql = `SELECT pg_advisory_lock${shared ? "_shared" : ""}($1, $2)`;
    await this.query(sql, key);
    this.#held.set(sql, key);
  }

  /** Gives the locks back that it held; the connection stays. */
  async letGo(): Promise<void> {
    this.#held.clear();
    await this.query("SELECT pg_advisory_unlock_all()");
  }

  /** Closes it when the statements that were given have run. */
  async close(): Promise<void> {
    await this.#last;
    this.#held.clear();
    const client = await this.#connection?.catch(() => undefined);
    this.#connection = undefined;
    await client?.end().catch(() => {});
  }

  async #query<Row extends pg.QueryResultRow>(sql: string, values: unknown[]): Promise<Row[]> {
    try {
      this.#connection ??= this.#connect();
      const client = await this.#connection;
      return (await client.query<Row>(sql, values)).rows;
    } catch (cause) {
      if (this.#client && isFatal(cause)) this.#lose(this.#client);
      const reason = cause instanceof Error ? cause.message : String(cause);
      const what = `${withoutPassword(this.#url)}: ${reason}`;
      throw new TestkitError("POSTGRES_CONNECT_FAILED", { what, cause, log: this.#log() });
    }
  }

  /** A connection that is lost may say so several times, the last time when there is another already. */
  #lose(client: pg.Client): void {
    if (this.#client !== client) return;
    this.#client = undefined;
    this.#connection = undefined;
    client.end().catch(() => {});
    // What is locked is to be so again at once, not when somebody next asks for something.
    if (this.#held.size > 0) this.query("SELECT").catch(() => {});
  }

  async #connect(): Promise<pg.Client> {
    const client = new pg.Client({
      connectionString: this.#url,
      connectionTimeoutMillis: CONNECT_TIMEOUT,
      application_name: "hindsight-testkit",
    });
    client.on("error", () => this.#lose(client));
    client.on("end", () => this.#lose(client));
    this.#client = client;
    try {
      await client.connect();
      for (const [sql, key] of this.#held) await client.query(sql, key);
      return client;
    } catch (error) {
      // Nothing is lost that was there: it is tried again with the next statement, not at once.
      this.#client = undefined;
      this.#connection = undefined;
      client.end().catch(() => {});
      throw error;
    }
  }
}

/** Whether the connection has ended with this error: the server ended it (57P01 and its like), or the driver lost it. */
function isFatal(error: unknown): boolean {
  if (!(error instanceof pg.DatabaseError)) return true;
  return /^(57P0|08)/.test(error.code ?? "");
}
