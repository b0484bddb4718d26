import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { chmod, mkdir, readFile, rename, rm, utimes, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { TestkitError } from "../errors/testkit-error.ts";
import type { Deadline } from "../home/deadline.ts";
import { before } from "../home/deadline.ts";
import { withLock } from "../home/lock.ts";
import { OwnedDirectory } from "../home/owned-directory.ts";
import type { RunUser } from "../home/run-user.ts";
import type { Reaper } from "../reaper/reaper.ts";
import { AdminConnection } from "./admin-connection.ts";
import { PostgresCluster } from "./cluster.ts";
import type { Migrate, OnPhase } from "./host.ts";
import { INITDB_OPTIONS, initdb } from "./initdb.ts";
import type { Installation } from "./installation.ts";
import { pruneUnused } from "./prune.ts";
import { clustersDirectory } from "./run-directory.ts";
import { schemaHash } from "./schema-hash.ts";

/** The migrated database in a cached cluster, from which others are cloned. */
export const TEMPLATE_DATABASE = "hindsight_template";

/** Moves when a cluster is prepared in another way than by initdb's options and the migrations. */
const RECIPE = "1";

/** A cluster that was initialised and migrated once, to be copied and not to be run. */
export interface CachedCluster {
  dataDirectory: string;
  /** The superuser's. */
  password: string;
}

interface ClusterCacheOptions {
  /** The cache directory. */
  home: string;
  /** The version of Postgres's binaries. */
  version: string;
  /** Awaited only when a cluster has to be made. */
  installation: Promise<Installation>;
  user: RunUser | undefined;
  /** The directory of the migrations that `migrate` applies. */
  migrations: string;
  migrate: Migrate;
  deadline: Deadline;
  reaper?: Reaper | undefined;
  onPhase: OnPhase;
}

/** The clusters in the cache directory: one for each version of Postgres, schema, and user that runs it. */
export class ClusterCache {
  readonly #options: ClusterCacheOptions;
  readonly #directory: string;

  constructor(options: ClusterCacheOptions) {
    const { home, version, migrations, user } = options;
    const hash = schemaHash(migrations, RECIPE, ...INITDB_OPTIONS, `${user?.uid}`, process.platform);
    this.#options = options;
    this.#directory = join(clustersDirectory(home), `${version}-${hash}`);
  }

  /**
   * Runs a copy of the cluster, which is made if there is none; of several processes that need it at once, one makes it. Where it
   * turns out to be broken it is made anew, and run once more.
   *
   * @throws TestkitError POSTGRES_INIT_FAILED, POSTGRES_START_FAILED, and what the migration throws
   */
  async run<T>(runCopy: (cached: CachedCluster) => Promise<T>): Promise<T> {
    const cached = await this.#get();
    try {
      return await runCopy(cached);
    } catch (error) {
      // When it was made, it ran.
      const isBroken =
        TestkitError.is(error, "POSTGRES_START_FAILED") || TestkitError.is(error, "POSTGRES_CONNECT_FAILED");
      if (!isBroken || performance.now() > this.#options.deadline) throw error;
      return await runCopy(await this.#remake(cached));
    }
  }

  async #get(): Promise<CachedCluster> {
    return (
      (await this.#find()) ?? (await this.#locked(async () => (await this.#find()) ?? (await this.#make())))
    );
  }

  /** Unless somebody has done so already. */
  async #remake(broken: CachedCluster): Promise<CachedCluster> {
    return await this.#locked(async () => {
      const current = await this.#find();
      return current !== undefined && current.password !== broken.password ? current : await this.#make();
    });
  }

  async #find(): Promise<CachedCluster | undefined> {
    const dataDirectory = join(this.#directory, "data");
    try {
      const meta = JSON.parse(await readFile(join(this.#directory, "meta.json"), "utf8")) as {
        password?: unknown;
      };
      if (typeof meta.password !== "string" || !existsSync(join(dataDirectory, "PG_VERSION")))
        return undefined;
      const now = new Date();
      await utimes(this.#directory, now, now); // it is in use: not to be pruned
      return { dataDirectory, password: meta.password };
    } catch {
      return undefined;
    }
  }

  async #locked<T>(work: () => Promise<T>): Promise<T> {
    const parent = dirname(this.#directory);
    await mkdir(parent, { recursive: true });
    if (this.#options.user) await chmod(parent, 0o755);
    const onTimeout = (owner: number | undefined) =>
      new TestkitError("POSTGRES_INIT_FAILED", {
        what: `Process ${owner} has been preparing ${this.#directory} for too long.`,
      });
    return await withLock(`${this.#directory}.lock`, this.#options.deadline, onTimeout, work);
  }

  async #make(): Promise<CachedCluster> {
    const { user, reaper } = this.#options;
    const parent = dirname(this.#directory);
    await pruneUnused(parent);
    const building = await OwnedDirectory.create(parent, { user, reaper });
    try {
      const password = randomBytes(24).toString("base64url");
      const dataDirectory = join(building.path, "data");
      await this.#prepare(dataDirectory, password);
      const made = join(building.path, "cluster");
      await mkdir(made, { mode: 0o700 });
      await writeFile(join(made, "meta.json"), JSON.stringify({ password }), { mode: 0o600 });
      await rename(dataDirectory, join(made, "data"));
      await rm(this.#directory, { recursive: true, force: true });
      await rename(made, this.#directory);
      return { dataDirectory: join(this.#directory, "data"), password };
    } finally {
      await building.remove();
    }
  }

  async #prepare(dataDirectory: string, password: string): Promise<void> {
    const { user, deadline, reaper, onPhase } = this.#options;
    const installation = await this.#options.installation;
    const began = performance.now();
    await initdb({ installation, dataDirectory, password, user, deadline, reaper });
    const initialised = performance.now();
    onPhase("initdb", initialised - began);
    const cluster = await PostgresCluster.start({
      installation,
      dataDirectory,
      password,
      user,
      deadline,
      reaper,
    });
    try {
      await before(deadline, this.#makeTemplate(cluster), () => migrationTimeout(cluster));
    } finally {
      await cluster.stop();
    }
    onPhase("migrate", performance.now() - initialised);
  }

  async #makeTemplate(cluster: PostgresCluster): Promise<void> {
    const admin = new AdminConnection(cluster.url("postgres"), () => cluster.log());
    try {
      await admin.query(`CREATE DATABASE ${TEMPLATE_DATABASE}`);
      await this.#options.migrate(cluster.url(TEMPLATE_DATABASE));
      // Every copy would carry these databases, 300 files each, and needs no template but its own.
      await admin.query("UPDATE pg_database SET datistemplate = (datname = $1)", [TEMPLATE_DATABASE]);
      await admin.query("DROP DATABASE template0");
      await admin.query("DROP DATABASE template1");
      // A session in the template would get in the way of its clones.
      await admin.query(`ALTER DATABASE ${TEMPLATE_DATABASE} WITH ALLOW_CONNECTIONS false`);
    } finally {
      await admin.close();
    }
  }
}

function migrationTimeout(cluster: PostgresCluster): TestkitError {
  const what = "The migration of the template database did not end in time.";
  return new TestkitError("POSTGRES_START_FAILED", { what, log: cluster.log() });
}
