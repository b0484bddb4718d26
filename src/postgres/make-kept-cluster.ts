import { randomBytes } from "node:crypto";
import { rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { execa } from "execa";
import pg from "pg";
import { TestkitError } from "../errors/testkit-error.ts";
import { timeLeft } from "../home/deadline.ts";
import { writeFileAtomically } from "../write-file-atomically.ts";
import { AdminConnection } from "./admin-connection.ts";
import type { PostgresCluster } from "./cluster.ts";
import { type CachedCluster, TEMPLATE_DATABASE } from "./cluster-cache.ts";
import { copyDataDirectory } from "./copy-data-directory.ts";
import { KEPT_DATABASE, type KeptContext, runKept } from "./kept-cluster.ts";
import { spawnOptions } from "./spawn-options.ts";

/**
 * Copies the prepared cluster, gives it a password and a database of its own, and puts it in its place when it is complete and on
 * the disk. A start that was killed before is begun anew.
 * @returns the password.
 */
export async function makeKeptCluster(
  cached: CachedCluster,
  context: KeptContext,
  dataDirectory: string,
): Promise<string> {
  const { directory, user } = context;
  const building = join(directory, "building");
  await rm(building, { recursive: true, force: true });
  await copyDataDirectory(cached.dataDirectory, building, user).catch((cause: Error) => {
    const what = `The prepared cluster could not be copied to ${building}: ${cause.message}.`;
    throw new TestkitError("POSTGRES_START_FAILED", { what, cause });
  });
  const password = randomBytes(24).toString("base64url");
  const cluster = await runKept(context, building, cached.password);
  try {
    await adapt(cluster, password);
  } finally {
    await cluster.stop();
  }
  await syncToDisk(context, building);
  await writeFileAtomically(join(directory, "cluster.json"), JSON.stringify({ password }), 0o600);
  await rename(building, dataDirectory);
  return password;
}

async function adapt(cluster: PostgresCluster, password: string): Promise<void> {
  const admin = new AdminConnection(cluster.url("postgres"), () => cluster.log());
  try {
    await admin.query("UPDATE pg_database SET datistemplate = false WHERE datname = $1", [TEMPLATE_DATABASE]);
    await admin.query(`ALTER DATABASE ${TEMPLATE_DATABASE} WITH ALLOW_CONNECTIONS true`);
    await admin.query(`ALTER DATABASE ${TEMPLATE_DATABASE} RENAME TO ${KEPT_DATABASE}`);
    await admin.query(`ALTER ROLE CURRENT_USER PASSWORD ${pg.escapeLiteral(password)}`);
  } finally {
    await admin.close();
  }
}

/** The copied files are in the machine's memory until now. */
async function syncToDisk({ installation, user, deadline }: KeptContext, pgData: string): Promise<void> {
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
