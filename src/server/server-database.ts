import { randomBytes } from "node:crypto";
import type { DatabaseConfig } from "../daemon-protocol.ts";
import type { ContainerPostgresHost } from "../postgres/container/container-host.ts";
import type { DatabaseChoice } from "./database-choice.ts";
import { migrateByDaemon } from "./migrate.ts";

/** What a server is told of its database, and what removes the database when the server has ended. */
interface ServerDatabase {
  config: DatabaseConfig;
  /** The first call counts. */
  drop(): Promise<void>;
}

/**
 * The database of a new server, which sees to it itself unless it is in a container.
 * @throws ContainerUnavailableError, TestkitError `CONTAINER_…`
 */
export async function openDatabase(choice: DatabaseChoice, startTimeout: number): Promise<ServerDatabase> {
  if (choice.kind !== "container") return { config: choice, drop: async () => {} };
  return await openContainerDatabase(choice.image, startTimeout);
}

/** A container that this process's servers share; each has a database in it. */
interface SharedContainer {
  host: Promise<ContainerPostgresHost>;
  users: number;
  stop(): Promise<void>;
}

/** By image. */
const containers = new Map<string, SharedContainer>();

/**
 * A new database in the process's container of this image, which is started when the first server wants it. With the last one the
 * container goes.
 */
async function openContainerDatabase(image: string, startTimeout: number): Promise<ServerDatabase> {
  const shared = containers.get(image) ?? start(image, startTimeout);
  shared.users += 1;
  const leave = async () => {
    shared.users -= 1;
    if (shared.users > 0) return;
    forget(image, shared);
    await shared.stop();
  };
  try {
    const host = await shared.host;
    const name = `server_${randomBytes(4).toString("hex")}`;
    const url = await host.createDatabase(name);
    let dropped: Promise<void> | undefined;
    const drop = async () => {
      try {
        // The last one's goes with the container, and so does that of a container that has ended.
        if (shared.users > 1 && !host.hasEnded) await host.dropDatabase(name);
      } finally {
        await leave();
      }
    };
    return {
      config: { kind: "url", url },
      drop: () => {
        dropped ??= drop();
        return dropped;
      },
    };
  } catch (error) {
    await leave();
    throw error;
  }
}

function start(image: string, startTimeout: number): SharedContainer {
  const starting = startHost(image, startTimeout);
  const shared: SharedContainer = {
    host: starting.then(({ host }) => host),
    users: 0,
    stop: async () => {
      const started = await starting.catch(() => undefined);
      await started?.stop();
    },
  };
  // Whoever waits for it is told.
  shared.host.then(
    // Servers that start after its end get another one.
    (host) => host.ended.then(() => forget(image, shared)),
    () => forget(image, shared),
  );
  containers.set(image, shared);
  return shared;
}

function forget(image: string, shared: SharedContainer): void {
  if (containers.get(image) === shared) containers.delete(image);
}

async function startHost(image: string, startTimeout: number) {
  // Only who wants a container needs all that it takes to run one.
  const { ContainerPostgresHost } = await import("../postgres/container/container-host.ts");
  const { startReaper } = await import("../home/start-reaper.ts");
  const reaper = await startReaper();
  try {
    const migrate = (url: string) => migrateByDaemon(url, reaper, startTimeout);
    const host = await ContainerPostgresHost.start({ image, migrate, reaper, startTimeout });
    return {
      host,
      stop: async () => {
        await host.stop();
        await reaper.close();
      },
    };
  } catch (error) {
    await reaper.close();
    throw error;
  }
}
