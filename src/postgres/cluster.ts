import { once } from "node:events";
import { createInterface } from "node:readline";
import { setTimeout as delay } from "node:timers/promises";
import { execa } from "execa";
import getPort from "get-port";
import { TestkitError } from "../errors/testkit-error.ts";
import type { Deadline } from "../home/deadline.ts";
import { timeLeft } from "../home/deadline.ts";
import type { RunUser } from "../home/run-user.ts";
import { identifyProcess } from "../reaper/process-identity.ts";
import { endProcess } from "../reaper/reap.ts";
import type { Reaper } from "../reaper/reaper.ts";
import { SUPERUSER } from "./initdb.ts";
import type { Installation } from "./installation.ts";
import { LogTail } from "./log-tail.ts";
import { settingArguments } from "./settings.ts";
import { spawnOptions } from "./spawn-options.ts";

interface ClusterOptions {
  installation: Installation;
  dataDirectory: string;
  /** The superuser's. */
  password: string;
  user: RunUser | undefined;
  /** By when it has to accept connections. */
  deadline: Deadline;
  /** Ends it when our process is gone. */
  reaper?: Reaper | undefined;
  /** Whether its data outlives it, and crashes (false). */
  kept?: boolean;
  /** Notes the process, as soon as there is one. */
  onSpawn?: (pid: number) => Promise<void>;
  /** Finds a free port; asked again when the port was taken before Postgres could bind it. */
  findPort?: () => Promise<number>;
}

const PORT_ATTEMPTS = 5;
const READY = "database system is ready to accept connections";
const PORT_TAKEN = /could not bind .* address|could not create any TCP\/IP sockets/;
const UNUSABLE_DIRECTORY =
  /could not access directory|has wrong ownership|has invalid permissions|could not (?:access|create|open|read|write) .*(?:Permission denied|Read-only)/;

/** How long a fast shutdown may take, and how long the end of what was killed, in milliseconds. */
const STOP_TIMEOUT = 5_000;
const KILL_TIMEOUT = 2_000;

function spawnPostgres(options: ClusterOptions, port: number) {
  return execa(
    options.installation.program("postgres"),
    ["-D", options.dataDirectory, "-p", String(port), ...settingArguments(options.kept ?? false)],
    { ...spawnOptions(options.user, options.installation.directory), stdout: "ignore", buffer: false },
  );
}

/** What asks it to end: at once where nothing is kept, else with all data in its place. */
export function stopSignal(kept: boolean): NodeJS.Signals {
  return kept ? "SIGINT" : "SIGQUIT";
}

type PostgresSubprocess = ReturnType<typeof spawnPostgres>;
type Outcome = "ready" | "timeout" | Awaited<PostgresSubprocess>;

/** A Postgres that runs on 127.0.0.1, on a data directory of ours. */
export class PostgresCluster {
  readonly pid: number;
  readonly port: number;
  /** Resolves when it has ended, for whatever reason, its child processes included. */
  readonly exited: Promise<unknown>;
  readonly #options: ClusterOptions;
  readonly #subprocess: PostgresSubprocess;
  readonly #log: LogTail;
  #stopped: Promise<void> | undefined;

  private constructor(
    options: ClusterOptions,
    subprocess: PostgresSubprocess,
    pid: number,
    port: number,
    exited: Promise<unknown>,
    log: LogTail,
  ) {
    this.pid = pid;
    this.port = port;
    this.exited = exited;
    this.#options = options;
    this.#subprocess = subprocess;
    this.#log = log;
    options.reaper?.watchProcess(pid, stopSignal(options.kept ?? false));
    void exited.then(() => options.reaper?.forgetProcess(pid));
  }

  /**
   * Starts Postgres, and resolves when it accepts connections.
   * @throws TestkitError POSTGRES_START_FAILED, DATA_DIRECTORY_UNUSABLE
   */
  static async start(options: ClusterOptions): Promise<PostgresCluster> {
    const findPort = options.findPort ?? (() => getPort({ host: "127.0.0.1" }));
    for (let attempt = 1; ; attempt++) {
      const { cluster, outcome } = await PostgresCluster.#attempt(options, await findPort());
      if (outcome === "ready") return cluster;
      if (outcome === "timeout") await cluster.stop();
      if (attempt === PORT_ATTEMPTS || !PORT_TAKEN.test(cluster.log())) throw cluster.#startError(outcome);
    }
  }

  static async #attempt(options: ClusterOptions, port: number) {
    const postgres = spawnPostgres(options, port);
    if (postgres.pid === undefined) {
      const { shortMessage, cause } = await postgres;
      throw new TestkitError("POSTGRES_START_FAILED", {
        what: shortMessage ?? "It could not be run.",
        cause,
      });
    }
    const log = new LogTail();
    const lines = createInterface({ input: postgres.stderr });
    const ready = new Promise<Outcome>((resolve) => {
      lines.on("line", (line) => {
        log.push(line);
        if (line.includes(READY)) resolve("ready");
      });
    });
    // Its last words are read before its end is looked at.
    const ended: Promise<Outcome> = Promise.all([postgres, once(lines, "close")]).then(([result]) => result);
    const cluster = new PostgresCluster(options, postgres, postgres.pid, port, ended, log);
    try {
      await options.onSpawn?.(postgres.pid);
    } catch (error) {
      await cluster.stop();
      throw error;
    }
    const abort = new AbortController();
    const timeout = delay<Outcome>(timeLeft(options.deadline), "timeout", { signal: abort.signal });
    const outcome = await Promise.race([ready, ended, timeout]);
    timeout.catch(() => {});
    abort.abort();
    return { cluster, outcome };
  }

  #startError(outcome: Exclude<Outcome, "ready">): TestkitError {
    const { dataDirectory } = this.#options;
    const log = this.log();
    if (UNUSABLE_DIRECTORY.test(log)) {
      const what = `Postgres cannot use ${dataDirectory}${this.#as()}.`;
      return new TestkitError("DATA_DIRECTORY_UNUSABLE", { what, log });
    }
    const how =
      outcome === "timeout"
        ? "was not ready in time"
        : `ended with ${outcome.signal ?? `exit code ${outcome.exitCode}`}`;
    const what = `Postgres ${how} on ${dataDirectory}, port ${this.port}.`;
    return new TestkitError("POSTGRES_START_FAILED", { what, log });
  }

  #as(): string {
    const { user } = this.#options;
    return user ? ` as the user ${user.name}` : "";
  }

  /** The superuser's connection URL, which holds the password. It says `disable`, because PGSSLMODE would be asked otherwise. */
  url(database: string): string {
    const server = `${SUPERUSER}:${this.#options.password}@127.0.0.1:${this.port}`;
    return `postgres://${server}/${encodeURIComponent(database)}?sslmode=disable`;
  }

  /** The last lines of its log. */
  log(): string {
    return this.#log.toString();
  }

  /** Disconnects the clients, ends it, and resolves when it has ended: in seconds at most. */
  stop(): Promise<void> {
    this.#stopped ??= this.#stop();
    return this.#stopped;
  }

  async #stop(): Promise<void> {
    if (this.#hasEnded) return;
    const identity = await identifyProcess(this.pid);
    if (identity === undefined || this.#hasEnded) return;
    await this.#shutDown();
    if (await this.#hasExited(STOP_TIMEOUT)) return;
    await endProcess({ ...identity, stopSignal: "SIGQUIT" });
    await this.#hasExited(KILL_TIMEOUT);
  }

  /** Once Node has noticed its end, its id may be a stranger's. */
  get #hasEnded(): boolean {
    return this.#subprocess.exitCode !== null || this.#subprocess.signalCode !== null;
  }

  async #hasExited(within: number): Promise<boolean> {
    const abort = new AbortController();
    const timeout = delay(within, false, { signal: abort.signal });
    timeout.catch(() => {});
    const exited = await Promise.race([this.exited.then(() => true), timeout]);
    abort.abort();
    return exited;
  }

  /** A fast shutdown. */
  async #shutDown(): Promise<void> {
    const { installation, dataDirectory, user } = this.#options;
    if (process.platform === "win32") {
      await execa(
        installation.program("pg_ctl"),
        ["stop", "-D", dataDirectory, "-m", "fast", "-t", String(STOP_TIMEOUT / 1_000)],
        { ...spawnOptions(user, installation.directory), stdout: "ignore", stderr: "ignore" },
      );
      return;
    }
    this.#subprocess.kill("SIGINT");
  }
}
