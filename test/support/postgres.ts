import { randomBytes } from "node:crypto";
import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import pg from "pg";
import { onTestFinished, vi } from "vitest";
import { testkitHome } from "../../src/home/home.ts";
import type { RunUser } from "../../src/home/run-user.ts";
import { runUser } from "../../src/home/run-user.ts";
import { migrationsDirectory } from "../../src/package-root.ts";
import { ClusterCache } from "../../src/postgres/cluster-cache.ts";
import { copyDataDirectory } from "../../src/postgres/copy-data-directory.ts";
import type { Installation } from "../../src/postgres/installation.ts";
import { installPostgres } from "../../src/postgres/installation.ts";
import { findBinaries } from "../../src/postgres/platform.ts";
import { migrate } from "../../src/store/migrate.ts";

/** Half a minute from now, for starts that take a second. */
export const soon = (): number => performance.now() + 30_000;

/** A directory that the user who runs Postgres may enter, removed when the test ends. */
export async function temporaryDirectory(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), "testkit-test-"));
  await chmod(directory, 0o755);
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  return directory;
}

/** A cache directory of the test's own, named by the environment as a user would; Postgres is in it already. */
export async function temporaryHome(): Promise<string> {
  const { directory } = await installation();
  const home = await temporaryDirectory();
  await mkdir(join(home, "postgres"));
  await symlink(directory, join(home, "postgres", basename(directory)));
  vi.stubEnv("HINDSIGHT_TESTKIT_HOME", home);
  onTestFinished(() => void vi.unstubAllEnvs());
  return home;
}

/** The installation in the machine's own cache directory. */
export async function installation(): Promise<Installation> {
  return await installPostgres({ binaries: findBinaries(), home: testkitHome(runUser()), deadline: soon() });
}

/** A cluster on a data directory of the test's own, not started. */
export async function newCluster(): Promise<{
  installation: Installation;
  dataDirectory: string;
  password: string;
  user: RunUser | undefined;
}> {
  const user = runUser();
  const cached = await new ClusterCache({
    home: testkitHome(user),
    version: findBinaries().version,
    installation: installation(),
    user,
    migrations: migrationsDirectory(),
    migrate,
    deadline: soon(),
    onPhase: () => {},
  }).run(async (found) => found);
  const dataDirectory = join(await temporaryDirectory(), "data");
  await copyDataDirectory(cached.dataDirectory, dataDirectory, user);
  return { installation: await installation(), dataDirectory, password: cached.password, user };
}

/** Migrations that no other test has, and a function that applies them and counts how often it was called. */
export async function testMigrations() {
  const migrations = join(await temporaryDirectory(), "migrations");
  await mkdir(migrations);
  await writeFile(
    join(migrations, "1.sql"),
    `CREATE TABLE marker AS SELECT '${randomBytes(8).toString("hex")}' AS id`,
  );
  const calls: string[] = [];
  const migrate = async (url: string) => {
    calls.push(url);
    await query(url, "CREATE TABLE marker AS SELECT 'migrated' AS state");
  };
  return { migrations, migrate, calls };
}

/** Runs SQL on a connection of its own. */
export async function query<Row extends pg.QueryResultRow>(
  url: string,
  sql: string,
  values?: unknown[],
): Promise<Row[]> {
  const client = new pg.Client(url);
  await client.connect();
  try {
    return (await client.query<Row>(sql, values)).rows;
  } finally {
    await client.end();
  }
}
