/** A running Postgres, as whoever needs databases on it sees it. */
export interface PostgresHost extends AsyncDisposable {
  /** A superuser's, or the given user's, connection to a database that is nobody's. Holds the password. */
  readonly adminUrl: string;
  /** Of the Postgres that we started; undefined for one that somebody else runs. */
  readonly pid: number | undefined;
  /**
   * Makes a database with the migrated schema.
   * @param name distinct among those of this host.
   * @returns its connection URL, which holds the password.
   * @throws TestkitError POSTGRES_CONNECT_FAILED
   */
  createDatabase(name: string): Promise<string>;
  /** Drops such a database, its open connections notwithstanding. */
  dropDatabase(name: string): Promise<void>;
  /** The end of its log; empty for a Postgres that somebody else runs. */
  log(): string;
  /** Leaves nothing behind. The first call counts. */
  stop(): Promise<void>;
}

/** Brings the schema of the empty database at this URL up to date. */
export type Migrate = (url: string) => Promise<unknown>;

/** Told how long a phase of the start took, in milliseconds. */
export type OnPhase = (name: string, ms: number) => void;
