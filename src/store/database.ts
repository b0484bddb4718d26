import { AsyncLocalStorage } from "node:async_hooks";
import pg from "pg";
import { withMicroseconds } from "../micro-date.ts";

/** What a query can be sent to: the database, or the connection of a transaction. */
export interface Queryable {
  query<Row extends pg.QueryResultRow>(text: string, values?: unknown[]): Promise<pg.QueryResult<Row>>;
}

/** The database refuses connections, or one broke: whether what was sent last was done is not known. */
export class DatabaseUnavailableError extends Error {
  constructor(cause: unknown) {
    super(`The database cannot be reached: ${cause instanceof Error ? cause.message : cause}`, { cause });
    this.name = "DatabaseUnavailableError";
  }
}

/** The driver cuts timestamps to milliseconds. */
const TYPES = new pg.TypeOverrides();
const parseTimestamp = pg.types.getTypeParser(pg.types.builtins.TIMESTAMPTZ);
TYPES.setTypeParser(pg.types.builtins.TIMESTAMPTZ, (text) => withMicroseconds(parseTimestamp(text), text));

/** All connections of the pool were in use for too long. Nothing was sent: the database itself may be well. */
export class DatabaseBusyError extends DatabaseUnavailableError {
  constructor(cause: unknown) {
    super(cause);
    this.message = "No connection to the database became free in time";
    this.name = "DatabaseBusyError";
  }
}

/** The transaction that the running code is in, if any. */
const inTransaction = new AsyncLocalStorage<boolean>();

/** The server's connections to its database. */
export class Database implements Queryable {
  readonly pool: pg.Pool;
  readonly #onError: (error: Error) => void;

  constructor(
    connectionString: string,
    options: { maxConnections?: number; acquireTimeoutMs?: number; onError: (error: Error) => void },
  ) {
    this.pool = new pg.Pool({
      connectionString,
      max: options.maxConnections ?? 10,
      connectionTimeoutMillis: options.acquireTimeoutMs ?? 30_000,
      keepAlive: true,
      application_name: "hindsight",
      types: TYPES,
    });
    // A connection that breaks while all are being closed is what was wanted.
    this.#onError = (error) => {
      if (!this.pool.ending) options.onError(error);
    };
    // An idle connection that breaks is replaced by the pool; without a listener it would end the process.
    this.pool.on("error", this.#onError);
  }

  /** @throws DatabaseUnavailableError when the query got no answer. */
  async query<Row extends pg.QueryResultRow>(
    text: string,
    values: unknown[] = [],
  ): Promise<pg.QueryResult<Row>> {
    refuseSecondConnection();
    try {
      return await this.pool.query<Row>(text, values.map(asMeant));
    } catch (error) {
      throw isConnectionFault(error) ? this.#unavailable(error) : error;
    }
  }

  /** A connection of the caller's own, to be released. @throws DatabaseUnavailableError when there is none. */
  async connect(): Promise<pg.PoolClient> {
    refuseSecondConnection();
    try {
      return await this.pool.connect();
    } catch (error) {
      throw this.#unavailable(error);
    }
  }

  /** The driver says the same of a server that does not answer and of a pool without a free connection. */
  #unavailable(error: unknown): DatabaseUnavailableError {
    const timedOut = error instanceof Error && error.message === ACQUIRE_TIMED_OUT;
    const full = this.pool.totalCount >= this.pool.options.max && this.pool.idleCount === 0;
    return timedOut && full ? new DatabaseBusyError(error) : new DatabaseUnavailableError(error);
  }

  /**
   * Runs `work` in one transaction: committed when it returns, rolled back when it throws. It may use the given connection
   * only: whoever holds one and waits for another can wait for ever. What it sends goes to the driver as it is: dates that may
   * have microseconds are given as text.
   * @throws DatabaseUnavailableError when the connection broke; whether it was committed is not known then.
   */
  async transaction<T>(work: (connection: pg.PoolClient) => Promise<T>): Promise<T> {
    const connection = await this.connect();
    let broken: Error | undefined;
    // It may break between two queries, when nobody waits for an answer.
    const onError = (error: Error) => {
      broken = error;
      this.#onError(error);
    };
    connection.on("error", onError);
    try {
      await connection.query("BEGIN");
      const result = await inTransaction.run(true, () => work(connection));
      await connection.query("COMMIT");
      return result;
    } catch (error) {
      if (broken || isConnectionFault(error)) {
        broken ??= error instanceof Error ? error : new Error(String(error));
        throw new DatabaseUnavailableError(error);
      }
      await connection.query("ROLLBACK").catch((rollbackError: Error) => {
        broken = rollbackError;
      });
      throw error;
    } finally {
      connection.off("error", onError);
      connection.release(broken);
    }
  }

  async close(): Promise<void> {
    await this.pool.end();
  }
}

/**
 * What the driver would not send as it is meant. Postgres counts rows in 64 bits: whoever asks for a page beyond that gets the
 * same, none. Of a date the driver cuts the microseconds.
 */
function asMeant(value: unknown): unknown {
  if (value instanceof Date) return Number.isInteger(value.getTime()) ? value : value.toISOString();
  if (typeof value !== "number" || Math.abs(value) <= Number.MAX_SAFE_INTEGER) return value;
  return Math.sign(value) * Number.MAX_SAFE_INTEGER;
}

function refuseSecondConnection(): void {
  if (inTransaction.getStore()) throw new Error("A transaction asked for a second connection");
}

const ACQUIRE_TIMED_OUT = "timeout exceeded when trying to connect";
/** Messages of the driver for connections that broke or could not be had; it gives them no code. */
const DRIVER_MESSAGES =
  /^(Connection terminated|Client has encountered a connection error|timeout exceeded when trying to connect|Client was closed|Cannot use a pool after calling end)/;
const SOCKET_CODES = [
  "ECONNREFUSED",
  "ECONNRESET",
  "EPIPE",
  "ETIMEDOUT",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "ENOENT",
  "ENOTFOUND",
];

/** Whether the database could not be talked to, as opposed to refusing what it was told. */
function isConnectionFault(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (DRIVER_MESSAGES.test(error.message)) return true;
  if (!("code" in error) || typeof error.code !== "string") return false;
  // Class 08: connections; 57P01 to 57P05: shut down, crashed, starting, dropped, idle; 53300: too many connections.
  return /^(08...|57P0[1-5]|53300)$/.test(error.code) || SOCKET_CODES.includes(error.code);
}
