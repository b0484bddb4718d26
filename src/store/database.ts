import pg from "pg";

/** What a query can be sent to: the database, or the connection of a transaction. */
export interface Queryable {
  query<Row extends pg.QueryResultRow>(text: string, values?: unknown[]): Promise<pg.QueryResult<Row>>;
}

/** The server's connections to its database. */
export class Database implements Queryable {
  readonly pool: pg.Pool;

  constructor(
    connectionString: string,
    options: { maxConnections?: number; onError: (error: Error) => void },
  ) {
    this.pool = new pg.Pool({
      connectionString,
      max: options.maxConnections ?? 10,
      connectionTimeoutMillis: 30_000,
      application_name: "hindsight",
    });
    // An idle connection that breaks is replaced by the pool; without a listener it would end the process.
    this.pool.on("error", options.onError);
  }

  query<Row extends pg.QueryResultRow>(text: string, values: unknown[] = []): Promise<pg.QueryResult<Row>> {
    return this.pool.query<Row>(text, values.map(bounded));
  }

  /** Runs `work` in one transaction: committed when it returns, rolled back when it throws. */
  async transaction<T>(work: (connection: pg.PoolClient) => Promise<T>): Promise<T> {
    const connection = await this.pool.connect();
    let broken: Error | undefined;
    try {
      await connection.query("BEGIN");
      const result = await work(connection);
      await connection.query("COMMIT");
      return result;
    } catch (error) {
      await connection.query("ROLLBACK").catch((rollbackError: Error) => {
        broken = rollbackError;
      });
      throw error;
    } finally {
      connection.release(broken);
    }
  }

  async close(): Promise<void> {
    await this.pool.end();
  }
}

/** Postgres counts rows in 64 bits; whoever asks for a page beyond that gets the same: none. */
function bounded(value: unknown): unknown {
  if (typeof value !== "number" || Math.abs(value) <= Number.MAX_SAFE_INTEGER) return value;
  return Math.sign(value) * Number.MAX_SAFE_INTEGER;
}
