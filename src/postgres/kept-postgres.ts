import { randomBytes } from "node:crypto";
import { chmod, mkdir, readFile, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { execa } from "execa";
import pg from "pg";
import { TestkitError } from "../errors/testkit-error.ts";
import type { Deadline } from "../home/deadline.ts";
import { timeLeft } from "../home/deadline.ts";
import { canEnter, testkitHome } from "../home/home.ts";
import type { RunUser } from "../home/run-user.ts";
import { runUser } from "../home/run-user.ts";
import { migrationsDirectory } from "../package-root.ts";
import { parseJson } from "../parse-json.ts";
import type { Reaper } from "../reaper/reaper.ts";
import { writeFileAtomically } from "../write-file-atomically.ts";
import { AdminConnection } from "./admin-connection.ts";
import { PostgresCluster } from "./cluster.ts";
import { ClusterCache, TEMPLATE_DATABASE } from "./cluster-cache.ts";
import { copyDataDirectory } from "./copy-data-directory.ts";
import type { Migrate, OnPhase } from "./host.ts";
import type { Installation } from "./installation.ts";
import { installPostgres } from "./installation.ts";
import { endOrphan, notePostgres } from "./kept-manifest.ts";
import { findBinaries, type PostgresBinaries } from "./platform.ts";
import { spawnOptions } from "./spawn-options.ts";

const DATABASE = "hindsight";
const DEFAULT_START_TIMEOUT = 60_000;
/** Between attempts to start while children of a killed Postgres have not noticed yet, in milliseconds. */
const CHILDREN_PAUSE = 100;
const CHILDREN_LEFT = /pre-existing shared memory block/;

interface KeptPostgresOptions {
  /** Absolute; ours alone. It is made when it does not exist; its parent must exist. */
  directory: string;
  /** Brings the schema up to date, at every start. */
  migrate: Migrate;
  /** Ends Postgres when our process is gone. */
  reaper: Reaper;
  /** For all of the start, in milliseconds. Defaults to a minute. */
  startTimeout?: number;
  /** Phases: `install postgres`, `initdb`, `migrate`, `make cluster`, `start postgres`, `schema`; those that happen. */
  onPhase: OnPhase;
}

interface Context {
  options: KeptPostgresOptions;
  binaries: PostgresBinaries;
  installation: Installation;
  home: string;
  user: RunUser | undefined;
  deadline: Deadline;
}

/**
 * A Postgres of our own on a directory that is kept: what was committed is there at the next start, whatever was killed before.
 * In the directory are `pg`, Postgres's own; `cluster.json`, its password; and `postgres.json`, which process runs on it.
 */
export class KeptPostgres {
  /** Of the database with the migrated schema; holds the password. */
  readonly url: string;
  readonly #cluster: PostgresCluster;

  private constructor(cluster: PostgresCluster) {
    this.#cluster = cluster;
    this.url = cluster.url(DATABASE);
  }

  /**
   * @throws TestkitError `DATA_DIRECTORY_IN_USE`, `DATA_DIRECTORY_VERSION`, `DATA_DIRECTORY_UNUSABLE`, `POSTGRES_…`
   */
  static async start(options: KeptPostgresOptions): Promise<KeptPostgres> {
    const { directory, onPhase, migrate } = options;
    const deadline = performance.now() + (options.startTimeout ?? DEFAULT_START_TIMEOUT);
    const user = runUser();
    const home = testkitHome(user);
    const binaries = findBinaries();
    await makeDirectory(directory, user);
    const pgData = join(directory, "pg");
    await checkVersion(pgData, binaries.version);
    const [installation] = await Promise.all([
      installPostgres({
        binaries,
        home,
        deadline,
        onInstalled: (ms) => onPhase("install postgres", ms),
      }),
      endOrphan(directory, pgData),
    ]);
    const context = { options, binaries, installation, home, user, deadline };
    const password = (await findPassword(directory, pgData)) ?? (await make(context, pgData));
    const began = performance.now();
    const cluster = await run(context, pgData, password);
    const started = performance.now();
    onPhase("start postgres", started - began);
    try {
      await migrate(cluster.url(DATABASE));
    } catch (error) {
      await cluster.stop();
      throw error;
    }
    onPhase("schema", performance.now() - started);
    return new KeptPostgres(cluster);
  }

  get pid(): number {
    return this.#cluster.pid;
  }

  /** Resolves when it has ended, for whatever reason. */
  get exited(): Promise<unknown> {
    return this.#cluster.exited;
  }

  log(): string {
    return this.#cluster.log();
  }

  /** Ends it with all data in its place. */
  stop(): Promise<void> {
    return this.#cluster.stop();
  }
}

async function makeDirectory(directory: string, user: RunUser | undefined): Promise<void> {
  try {
    await mkdir(directory, { recursive: true, mode: 0o700 });
    // Postgres's user must pass, and sees no more than names: the files in it are closed.
    if (user) await chmod(directory, 0o711);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new TestkitError("DATA_DIRECTORY_UNUSABLE", { what: `${directory}: ${reason}.`, cause });
  }
  if (user === undefined || canEnter(directory, user)) return;
  throw new TestkitError("DATA_DIRECTORY_UNUSABLE", {
    what: `The user ${user.name}, whom Postgres runs as, may not enter ${directory}.`,
  });
}

/** @param version of the binaries: `17.10.0-beta.17`. @throws TestkitError `DATA_DIRECTORY_VERSION` */
async function checkVersion(pgData: string, version: string): Promise<void> {
  const found = await readFile(join(pgData, "PG_VERSION"), "utf8").catch(() => "");
  const [major = ""] = version.split(".");
  if (found === "" || found.trim() === major) return;
  throw new TestkitError("DATA_DIRECTORY_VERSION", {
    what: `${pgData} was made by Postgres ${found.trim()}; the installed binaries are of Postgres ${major}.`,
  });
}

/** Undefined when there is no cluster yet. */
async function findPassword(directory: string, pgData: string): Promise<string | undefined> {
  const exists = await readFile(join(pgData, "PG_VERSION"), "utf8").then(
    () => true,
    () => false,
  );
  if (!exists) return undefined;
  const file = join(directory, "cluster.json");
  const meta = parseJson(await readFile(file, "utf8").catch(() => ""));
  const password = (meta as { password?: unknown } | undefined)?.password;
  if (typeof password === "string") return password;
  throw new TestkitError("DATA_DIRECTORY_UNUSABLE", {
    what: `${file}, which holds the password of ${pgData}, is missing or cannot be read.`,
  });
}

/**
 * Copies the prepared cluster, gives it a password and a database of its own, and puts it in its place when it is complete and on
 * the disk. A start that was killed before is begun anew.
 * @returns the password.
 */
async function make(context: Context, pgData: string): Promise<string> {
  const { options, binaries, installation, home, user, deadline } = context;
  const { directory, migrate, reaper, onPhase } = options;
  const cached = await new ClusterCache({
    ...{ home, user, deadline, migrate, reaper, onPhase },
    version: binaries.version,
    installation: Promise.resolve(installation),
    migrations: migrationsDirectory(),
  }).get();
  const began = performance.now();
  const building = join(directory, "building");
  await rm(building, { recursive: true, force: true });
  await copyDataDirectory(cached.dataDirectory, building, user).catch((cause: Error) => {
    const what = `The prepared cluster could not be copied to ${building}: ${cause.message}.`;
    throw new TestkitError("POSTGRES_START_FAILED", { what, cause });
  });
  const password = randomBytes(24).toString("base64url");
  const cluster = await run(context, building, cached.password);
  try {
    await adapt(cluster, password);
  } finally {
    await cluster.stop();
  }
  await syncToDisk(context, building);
  await writeFileAtomically(join(directory, "cluster.json"), JSON.stringify({ password }), 0o600);
  await rename(building, pgData);
  onPhase("make cluster", performance.now() - began);
  return password;
}

async function adapt(cluster: PostgresCluster, password: string): Promise<void> {
  const admin = new AdminConnection(cluster.url("postgres"), () => cluster.log());
  try {
    await admin.query("UPDATE pg_database SET datistemplate = false WHERE datname = $1", [TEMPLATE_DATABASE]);
    await admin.query(`ALTER DATABASE ${TEMPLATE_DATABASE} WITH ALLOW_CONNECTIONS true`);
    await admin.query(`ALTER DATABASE ${TEMPLATE_DATABASE} RENAME TO ${DATABASE}`);
    await admin.query(`ALTER ROLE CURRENT_USER PASSWORD ${pg.escapeLiteral(password)}`);
  } finally {
    await admin.close();
  }
}

/** The copied files are in the machine's memory until now. */
async function syncToDisk({ installation, user, deadline }: Context, pgData: string): Promise<void> {
  const { failed, all } = await execa(installation.program("initdb"), ["--sync-only", "-D", pgData], {
    ...spawnOptions(user, dirname(installation.directory)),
    all: true,
    timeout: timeLeft(deadline),
    killSignal: "SIGKILL",
  });
  if (failed) {
    throw new TestkitError("POSTGRES_INIT_FAILED", {
      what: `${pgData} could not be written to the disk.`,
      log: all,
    });
  }
}

/** Starts Postgres; where children of one that was killed still hold its memory, as soon as they are gone. */
async function run(context: Context, dataDirectory: string, password: string): Promise<PostgresCluster> {
  const { options, installation, user, deadline } = context;
  for (;;) {
    try {
      return await PostgresCluster.start({
        ...{ installation, dataDirectory, password, user, deadline },
        reaper: options.reaper,
        kept: true,
        onSpawn: (pid) => notePostgres(options.directory, dataDirectory, pid),
      });
    } catch (error) {
      const isBusy = TestkitError.is(error) && CHILDREN_LEFT.test(error.log ?? "");
      if (!isBusy || timeLeft(deadline) <= CHILDREN_PAUSE) throw error;
      // They end by themselves when they see that their parent is gone; nobody tells us.
      await delay(CHILDREN_PAUSE);
    }
  }
}
