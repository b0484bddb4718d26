import type { DatabaseConfig } from "../daemon-protocol.ts";
import type { PostgresHost } from "../postgres/host.ts";
import { migrate } from "../store/migrate.ts";
import type { PhaseClock } from "./phases.ts";

/** The database that the daemon works on. */
export interface DaemonPostgres {
  url: string;
  /** Of the Postgres that the daemon runs; null when somebody else runs it. */
  pid: number | null;
  /** Resolves when the Postgres of a detached daemon has ended, whatever ended it. */
  exited?: Promise<unknown>;
  /** Ends the daemon's own Postgres; one on a temporary directory is removed. */
  stop(): Promise<void>;
}

/**
 * A database whose schema is up to date: the one that the URL names, or one on a private Postgres.
 * @throws TestkitError `POSTGRES_…`
 */
export async function openPostgres(config: DatabaseConfig, phases: PhaseClock): Promise<DaemonPostgres> {
  if (config.kind === "url") {
    const url = await phases.measure("schema", () => migrate(config.url));
    return { url, pid: null, stop: async () => {} };
  }
  if (config.kind === "directory") return await openKept(config.path, phases);
  // Only a daemon with a Postgres of its own needs all that it takes to run one.
  const { EmbeddedPostgresHost } = await import("../postgres/embedded-host.ts");
  const { startReaper } = await import("../home/start-reaper.ts");
  const reaper = await startReaper({ stderr: "inherit" });
  let host: PostgresHost | undefined;
  try {
    const started = await EmbeddedPostgresHost.start({
      migrate,
      reaper,
      onPhase: (name, ms) => phases.add(name, ms),
    });
    host = started;
    const url = await phases.measure("create database", () => started.createDatabase("hindsight"));
    return {
      url,
      pid: started.pid,
      stop: async () => {
        await started.stop();
        await reaper.close();
      },
    };
  } catch (error) {
    await host?.stop();
    await reaper.close();
    throw error;
  }
}

async function openKept(directory: string, phases: PhaseClock): Promise<DaemonPostgres> {
  const { KeptPostgres } = await import("../postgres/kept-postgres.ts");
  const { startReaper } = await import("../home/start-reaper.ts");
  const reaper = await startReaper();
  try {
    const postgres = await KeptPostgres.start({
      directory,
      migrate,
      reaper,
      onPhase: (name, ms) => phases.add(name, ms),
    });
    return {
      url: postgres.url,
      pid: postgres.pid,
      exited: postgres.exited,
      stop: async () => {
        await postgres.stop();
        await reaper.close();
      },
    };
  } catch (error) {
    await reaper.close();
    throw error;
  }
}
