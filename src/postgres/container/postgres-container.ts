import { randomBytes } from "node:crypto";
import { createInterface, type Interface } from "node:readline";
import pg from "pg";
import type { ContainerRuntimeClient } from "testcontainers";
import { TestkitError } from "../../errors/testkit-error.ts";
import { before, type Deadline, timeLeft } from "../../home/deadline.ts";
import { ourselves } from "../../home/owner.ts";
import { removeContainer, type WatchedContainer } from "../../reaper/container.ts";
import type { Reaper } from "../../reaper/reaper.ts";
import { LogTail } from "../log-tail.ts";
import { asArguments, THROWN_AWAY } from "../settings.ts";
import type { ContainerEngine } from "./engine.ts";
import { OWNER_LABEL } from "./sweep.ts";

const PORT = "5432/tcp";
const USER = "postgres";

/** Of a server that is thrown away, and that several servers of ours use. */
const COMMAND = ["postgres", ...asArguments({ ...THROWN_AWAY, max_connections: "400", jit: "off" })];

/** Bytes. Docker's own default, 64 MiB, is too little for a query with parallel workers. */
const SHARED_MEMORY = 256 * 2 ** 20;

/**
 * When a connection is tried again, in milliseconds, if the log says nothing meanwhile: that a server listens is an event in its
 * log, unless the image logs elsewhere.
 */
const TRY_AGAIN_AFTER = 250;

type Container = Awaited<ReturnType<ContainerRuntimeClient["container"]["create"]>>;

interface ContainerOptions {
  engine: ContainerEngine;
  /** Is there. */
  image: string;
  deadline: Deadline;
  reaper: Reaper;
}

/** A Postgres that runs in a container of its own. */
export class PostgresContainer {
  /** The superuser's URL of the database `postgres`. */
  readonly url: string;
  readonly #watched: WatchedContainer;
  readonly #reaper: Reaper;
  readonly #log: ContainerLog;

  private constructor(url: string, watched: WatchedContainer, reaper: Reaper, log: ContainerLog) {
    this.url = url;
    this.#watched = watched;
    this.#reaper = reaper;
    this.#log = log;
  }

  /**
   * Starts it, and resolves when it accepts connections.
   * @throws TestkitError CONTAINER_START_FAILED, with the container's log
   */
  static async start({ engine, image, deadline, reaper }: ContainerOptions): Promise<PostgresContainer> {
    const watched = { name: `hindsight-testkit-${randomBytes(8).toString("hex")}`, engine: engine.address };
    const password = randomBytes(24).toString("hex");
    let log: ContainerLog | undefined;
    // From before it is there: whoever is killed in between leaves none.
    reaper.watchContainer(watched);
    try {
      const starting = (async () => {
        const container = await create(engine, image, watched.name, password);
        if (performance.now() > deadline) {
          // Given up already; when it was to be removed, it was not there yet.
          await remove(watched, reaper);
          throw tooLate();
        }
        await engine.client.container.start(container);
        log = await ContainerLog.follow(engine, container);
        const { NetworkSettings, State } = await engine.client.container.inspect(container);
        const port = NetworkSettings.Ports[PORT]?.[0]?.HostPort;
        if (!State.Running) {
          await log.ended; // its last words
          throw new Error(`it has ended with exit code ${State.ExitCode}`);
        }
        if (port === undefined) throw new Error("its port is not published");
        const url = `postgres://${USER}:${password}@${engine.host}:${port}/postgres?sslmode=disable`;
        await untilAccepting(url, log, deadline);
        return new PostgresContainer(url, watched, reaper, log);
      })();
      return await before(deadline, starting, tooLate);
    } catch (cause) {
      await remove(watched, reaper);
      const reason = cause instanceof Error ? cause.message : String(cause);
      const what = `The container of the image ${image} did not start: ${reason}.`;
      throw new TestkitError("CONTAINER_START_FAILED", { what, cause, log: log?.toString() });
    }
  }

  /** Whether its Postgres has ended. */
  get hasEnded(): boolean {
    return this.#log.hasEnded;
  }

  /** Resolves when it has. */
  get ended(): Promise<void> {
    return this.#log.ended;
  }

  log(): string {
    return this.#log.toString();
  }

  /** Ends and removes it. */
  async remove(): Promise<void> {
    await remove(this.#watched, this.#reaper);
  }
}

async function create(
  engine: ContainerEngine,
  image: string,
  name: string,
  password: string,
): Promise<Container> {
  // Nobody else has to reach it, where the engine is on this machine.
  const HostIp = engine.host === "127.0.0.1" ? engine.host : "";
  return await engine.client.container.create({
    name,
    Image: engine.library.ImageName.fromString(image).string,
    Cmd: COMMAND,
    Env: [`POSTGRES_USER=${USER}`, `POSTGRES_PASSWORD=${password}`],
    ExposedPorts: { [PORT]: {} },
    Labels: { [OWNER_LABEL]: JSON.stringify(await ourselves()) },
    HostConfig: { PortBindings: { [PORT]: [{ HostIp, HostPort: "" }] }, ShmSize: SHARED_MEMORY },
  });
}

async function remove(watched: WatchedContainer, reaper: Reaper): Promise<void> {
  // What we cannot remove is left to the reaper, and to the next run's sweep.
  await removeContainer(watched).then(
    () => reaper.forgetContainer(watched.name),
    () => {},
  );
}

const tooLate = () => new Error("it was not ready in time");

/** Images set their database up by a server that no address reaches, and which says that it is ready as well. */
async function untilAccepting(url: string, log: ContainerLog, deadline: Deadline): Promise<void> {
  for (;;) {
    if (log.hasEnded) throw new Error("it has ended");
    const news = log.news(Math.min(TRY_AGAIN_AFTER, timeLeft(deadline)));
    if (await accepts(url)) return;
    if (performance.now() > deadline) throw tooLate();
    await news;
  }
}

async function accepts(connectionString: string): Promise<boolean> {
  const client = new pg.Client({ connectionString, connectionTimeoutMillis: 2_000 });
  client.on("error", () => {});
  try {
    await client.connect();
    return true;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => {});
  }
}

/** What a container writes, from its start on. */
class ContainerLog {
  hasEnded = false;
  readonly ended: Promise<void>;
  readonly #tail = new LogTail();
  readonly #lines: Interface;

  private constructor(lines: Interface) {
    this.#lines = lines;
    lines.on("line", (line) => this.#tail.push(line));
    this.ended = new Promise((resolve) => {
      lines.once("close", () => {
        this.hasEnded = true;
        resolve();
      });
    });
  }

  static async follow({ client }: ContainerEngine, container: Container): Promise<ContainerLog> {
    return new ContainerLog(createInterface({ input: await client.container.logs(container) }));
  }

  /** Resolves with the next line, or with its end, or when that takes longer than this. */
  news(within: number): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer);
        this.#lines.off("line", done).off("close", done);
        resolve();
      };
      const timer = setTimeout(done, within);
      this.#lines.once("line", done).once("close", done);
    });
  }

  toString(): string {
    return this.#tail.toString();
  }
}
