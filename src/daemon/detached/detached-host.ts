import { readFile, rm } from "node:fs/promises";
import manifest from "../../../package.json" with { type: "json" };
import {
  DAEMON_PATH,
  type DaemonConfig,
  type DaemonRecord,
  type DetachedLifetime,
} from "../../daemon-protocol.ts";
import type { Logger } from "../../engine/logger.ts";
import { ourselves } from "../../home/owner.ts";
import { parseJson } from "../../parse-json.ts";
import { readServerSettings } from "../../settings/server-settings.ts";
import { writeFileAtomically } from "../../write-file-atomically.ts";
import { type Fetch, type Listener, listen } from "../listen.ts";
import { postgresEnded, type ServerCondition, type ServerHost } from "../serve.ts";
import type { Shutdown } from "../shutdown.ts";
import { FrontDoor } from "./front-door.ts";
import { IdleStop } from "./idle-stop.ts";

const GRACE_MS = 500;

interface DetachedOptions {
  config: DaemonConfig;
  lifetime: DetachedLifetime;
  logger: Logger;
  shutdown: Shutdown;
  /** Ends the daemon. */
  stop: (reason: string) => void;
  fail: (error: unknown) => void;
}

/**
 * Where the server of a detached daemon is. It takes its port before anything else: so the system sees to it that a profile has one
 * daemon, whoever starts another at the same time, and nobody touches the data who does not have the port.
 */
export class DetachedHost implements ServerHost {
  readonly fail: (error: unknown) => void;
  readonly #options: DetachedOptions;
  readonly #door: FrontDoor;
  readonly #listener: Listener;
  #idle: IdleStop | undefined;
  #condition: ServerCondition | undefined;

  private constructor(options: DetachedOptions, door: FrontDoor, listener: Listener) {
    this.#options = options;
    this.fail = options.fail;
    this.#door = door;
    this.#listener = listener;
  }

  /**
   * Takes the port and notes who we are.
   * @throws TestkitError `SERVER_PORT_TAKEN`, `SERVER_START_FAILED`
   */
  static async open(options: DetachedOptions): Promise<DetachedHost> {
    const { config, lifetime, shutdown } = options;
    let host: DetachedHost | undefined;
    const door = new FrontDoor({
      ...lifetime,
      onUse: () => host?.use(),
      onStop: () => options.stop("it was asked to"),
    });
    const listener = await listen(door.fetch, config, (request, response) => {
      // Looking for a daemon is no use of it.
      if (request.url !== DAEMON_PATH) response.once("close", host?.requestBegins() ?? (() => {}));
    });
    host = new DetachedHost(options, door, listener);
    shutdown.add("record", GRACE_MS, () => removeRecord(lifetime));
    const { basePath } = readServerSettings(config.environment).http;
    await writeRecord(lifetime, listener.url + basePath);
    return host;
  }

  async listen(fetch: Fetch, condition: ServerCondition): Promise<Listener> {
    const { lifetime, logger, stop } = this.#options;
    const idle = new IdleStop({
      timeoutMs: lifetime.idleTimeoutMs,
      wasWorking: (since) => condition.wasWorking(since),
      stop: () => {
        this.#door.close();
        logger.log("info", "idle", { ms: lifetime.idleTimeoutMs });
        stop("it was idle");
      },
    });
    this.#idle = idle;
    this.#condition = condition;
    this.#door.open(fetch);
    idle.start();
    return {
      ...this.#listener,
      close: (graceMs) => {
        this.#door.close();
        idle.end();
        return this.#listener.close(graceMs);
      },
    };
  }

  /** Somebody is about to make requests. Without a Postgres they would be in vain: another daemon is to be started. */
  use(): void {
    if (this.#condition?.hasPostgres() === false) {
      this.#door.close();
      this.fail(postgresEnded());
    }
    this.#idle?.use();
  }

  requestBegins(): (() => void) | undefined {
    return this.#idle?.requestBegins();
  }
}

async function writeRecord(lifetime: DetachedLifetime, url: string): Promise<void> {
  const { pid, startTime, scope } = await ourselves();
  const { directory, secret, idleTimeoutMs, settings } = lifetime;
  const record: DaemonRecord = {
    ...{ pid, startTime, scope, directory, url, secret, idleTimeoutMs, settings },
    version: manifest.version,
    startedAt: new Date().toISOString(),
  };
  await writeFileAtomically(lifetime.stateFile, `${JSON.stringify(record, null, 2)}\n`, 0o600);
}

/** Unless it is another's by now. */
async function removeRecord({ stateFile, secret }: DetachedLifetime): Promise<void> {
  const record = parseJson(await readFile(stateFile, "utf8").catch(() => "")) as
    | { secret?: unknown }
    | undefined;
  if (record?.secret === secret) await rm(stateFile, { force: true });
}
