import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runUser } from "../../src/home/run-user.ts";
import { PostgresCluster } from "../../src/postgres/cluster.ts";
import { initdb } from "../../src/postgres/initdb.ts";
import type { Installation } from "../../src/postgres/installation.ts";
import { installation, soon } from "./postgres.ts";

/** A Postgres as a user's own: unlike a cluster of the cache it has the standard template databases. */
export interface StandardServer {
  /** A superuser's. */
  url(database: string): string;
  stop(): Promise<void>;
}

/** @param binaries those of another version of Postgres. */
export async function startStandardServer(binaries?: Installation): Promise<StandardServer> {
  const directory = await mkdtemp(join(tmpdir(), "testkit-test-"));
  await chmod(directory, 0o755);
  const options = {
    installation: binaries ?? (await installation()),
    dataDirectory: join(directory, "data"),
    password: "of-the-superuser",
    user: runUser(),
    deadline: soon(),
  };
  await initdb(options);
  const cluster = await PostgresCluster.start(options);
  return {
    url: (database) => cluster.url(database),
    stop: async () => {
      await cluster.stop();
      await rm(directory, { recursive: true });
    },
  };
}
