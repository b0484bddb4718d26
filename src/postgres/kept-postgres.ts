import { existsSync } from "node:fs";
import { chmod, mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { TestkitError } from "../errors/testkit-error.ts";
import { canEnter, testkitHome } from "../home/home.ts";
import { reapAbandonedManifests } from "../home/manifest.ts";
import type { RunUser } from "../home/run-user.ts";
import { runUser } from "../home/run-user.ts";
import { migrationsDirectory } from "../package-root.ts";
import { parseJson } from "../parse-json.ts";
import type { Reaper } from "../reaper/reaper.ts";
import type { PostgresCluster } from "./cluster.ts";
import { ClusterCache } from "./cluster-cache.ts";
import type { Migrate, OnPhase } from "./host.ts";
import { installPostgres } from "./installation.ts";
import { KEPT_DATABASE, runKept } from "./kept-cluster.ts";
import { endOrphan, giveSignsOfLife, pgDataIn, releasePidFile } from "./kept-manifest.ts";
import { makeKeptCluster } from "./make-kept-cluster.ts";
import { findBinaries } from "./platform.ts";

const DEFAULT_START_TIMEOUT = 60_000;

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
    this.url = cluster.url(KEPT_DATABASE);
  }

  /**
   * @throws TestkitError `DATA_DIRECTORY_IN_USE`, `DATA_DIRECTORY_VERSION`, `DATA_DIRECTORY_UNUSABLE`, `POSTGRES_…`
   */
  static async start(options: KeptPostgresOptions): Promise<KeptPostgres> {
    const { directory, onPhase, migrate, reaper } = options;
    const deadline = performance.now() + (options.startTimeout ?? DEFAULT_START_TIMEOUT);
    const user = runUser();
    const home = testkitHome(user);
    const binaries = findBinaries();
    await makeDirectory(directory, user);
    const pgData = pgDataIn(directory);
    await checkVersion(pgData, binaries.version);
    const [installation] = await Promise.all([
      installPostgres({
        binaries,
        home,
        deadline,
        onInstalled: (ms) => onPhase("install postgres", ms),
      }),
      // The reapers' manifests know more: what was started a moment before its daemon was killed.
      reapAbandonedManifests(home)
        .then(() => endOrphan(directory))
        .then((gone) => releasePidFile(directory, gone)),
    ]);
    const context = { directory, installation, user, deadline, reaper };
    const cache = new ClusterCache({
      ...{ home, user, deadline, migrate, reaper, onPhase },
      version: binaries.version,
      installation: Promise.resolve(installation),
      migrations: migrationsDirectory(),
    });
    const endSigns = giveSignsOfLife(directory);
    let cluster: PostgresCluster | undefined;
    try {
      const making = performance.now();
      const found = await findPassword(directory, pgData);
      const password = found ?? (await cache.run((cached) => makeKeptCluster(cached, context, pgData)));
      const began = performance.now();
      if (found === undefined) onPhase("make cluster", began - making);
      cluster = await runKept(context, pgData, password);
      const started = performance.now();
      onPhase("start postgres", started - began);
      await migrate(cluster.url(KEPT_DATABASE));
      onPhase("schema", performance.now() - started);
    } catch (error) {
      await cluster?.stop();
      endSigns();
      throw error;
    }
    void cluster.exited.then(endSigns);
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
  if (!existsSync(join(pgData, "PG_VERSION"))) return undefined;
  const file = join(directory, "cluster.json");
  const meta = parseJson(await readFile(file, "utf8").catch(() => ""));
  const password = (meta as { password?: unknown } | undefined)?.password;
  if (typeof password === "string") return password;
  throw new TestkitError("DATA_DIRECTORY_UNUSABLE", {
    what: `${file}, which holds the password of ${pgData}, is missing or cannot be read.`,
  });
}
