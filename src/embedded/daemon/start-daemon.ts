import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { open, readFile, stat } from "node:fs/promises";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { setTimeout as delay } from "node:timers/promises";
import type { DaemonConfig, DaemonRecord, DaemonReply } from "../../daemon-protocol.ts";
import { isErrorCode } from "../../errors/catalogue.ts";
import { TestkitError } from "../../errors/testkit-error.ts";
import { programPath } from "../../package-root.ts";
import { endOrphan } from "../../postgres/kept-manifest.ts";
import { inheritedEnvironment } from "../../server/daemon-process.ts";
import { type Profile, profileFiles } from "../profiles/profile.ts";
import { type DaemonConfiguration, digestsOf } from "./configuration.ts";
import { readRecord } from "./record.ts";

const HOST = "127.0.0.1";
const LOG_LINES_IN_ERRORS = 30;
/** How long one that is given up may take to end by itself, in milliseconds. */
const END_GRACE_MS = 3_000;

/**
 * Starts the profile's daemon and waits until it is ready; it then goes on without us. When we end before that, so does it. Call it
 * under the profile's lock, when there is none.
 *
 * @throws TestkitError `DAEMON_START_TIMEOUT`, or what the daemon reports: `SERVER_PORT_TAKEN`, `SERVER_START_FAILED`,
 * `POSTGRES_…`, `DATA_DIRECTORY_…`, `LLM_KEY_MISSING`, `INVALID_OPTION`.
 */
export async function startDaemon(
  profile: Profile,
  configuration: DaemonConfiguration,
): Promise<DaemonRecord> {
  const { database } = configuration;
  // Before the daemon notes itself: where another container has the data, the record is of the daemon there.
  if (database.kind === "directory") await endOrphan(database.path);
  const { log } = profileFiles(profile.directory);
  const stderr = await open(log, "a", 0o600);
  const before = (await stat(log)).size;
  const child = spawn(process.execPath, [programPath("daemon")], {
    // Not ours, which may be removed while it runs.
    cwd: profile.directory,
    env: inheritedEnvironment(),
    // A session of its own: the end of our terminal is not its end.
    detached: true,
    stdio: ["pipe", "pipe", stderr.fd],
    windowsHide: true,
  });
  // Not its "exit", which can overtake the last line that it has written.
  const exited = once(child, "close").then(
    ([code, signal]) => signal ?? `exit code ${code}`,
    (error: Error) => error.message,
  );
  await stderr.close();
  const tail = () => readTail(log, before);
  try {
    const reply = await converse(child, exited, configuration, toConfig(profile, configuration));
    if (reply === undefined) {
      const what = `The daemon's process ended while it was starting (${await exited}).`;
      throw new TestkitError("SERVER_START_FAILED", { what, log: await tail() });
    }
    if (reply === "timeout") {
      const what = `The daemon of the profile ${profile.name} was not ready after ${configuration.limits.startTimeoutMs} ms.`;
      throw new TestkitError("DAEMON_START_TIMEOUT", { what, log: await tail() });
    }
    if ("failed" in reply) {
      await exited;
      const { code, message } = reply.failed;
      throw new TestkitError(isErrorCode(code) ? code : "SERVER_START_FAILED", {
        what: message,
        log: await tail(),
      });
    }
    const record = await readRecord(profile);
    if (record?.pid === child.pid && record !== undefined) return record;
    throw new TestkitError("SERVER_START_FAILED", {
      what: `The daemon did not note itself in ${profileFiles(profile.directory).daemon}.`,
    });
  } catch (error) {
    await end(child, exited);
    throw error;
  } finally {
    release(child);
  }
}

function toConfig(profile: Profile, configuration: DaemonConfiguration): DaemonConfig {
  const { variables, database, logLevel, limits } = configuration;
  const files = profileFiles(profile.directory);
  const secret = randomBytes(24).toString("base64url");
  return {
    command: "serve",
    host: HOST,
    port: profile.port,
    database,
    environment: variables,
    attributeLlmCalls: false,
    logLevel,
    testMode: false,
    testClock: null,
    idSeed: null,
    token: null,
    lifetime: {
      kind: "detached",
      profile: profile.name,
      directory: profile.directory,
      secret,
      stateFile: files.daemon,
      log: { file: files.log, ...limits.log },
      idleTimeoutMs: limits.idleTimeoutMs,
      settings: digestsOf(configuration, secret),
    },
  };
}

/** @returns undefined: it ended without a word. */
async function converse(
  child: ChildProcess,
  exited: Promise<unknown>,
  { limits }: DaemonConfiguration,
  config: DaemonConfig,
): Promise<DaemonReply | "timeout" | undefined> {
  const { stdin, stdout } = child;
  if (!stdin || !stdout) return undefined;
  // One that dies at once breaks the pipe; its exit is what is reported.
  stdin.on("error", () => {});
  stdin.write(`${JSON.stringify(config)}\n`);
  const abort = new AbortController();
  const timeout = delay(limits.startTimeoutMs, "timeout" as const, { signal: abort.signal });
  timeout.catch(() => {});
  try {
    return await Promise.race([firstReply(stdout), exited.then(() => undefined), timeout]);
  } finally {
    abort.abort();
  }
}

async function firstReply(stdout: Readable): Promise<DaemonReply> {
  const [line] = (await once(createInterface({ input: stdout }), "line")) as [string];
  return JSON.parse(line) as DaemonReply;
}

/** The end of its stdin is its signal to stop, as long as it is not ready. */
async function end(child: ChildProcess, exited: Promise<unknown>): Promise<void> {
  child.stdin?.end();
  const timer = setTimeout(() => child.kill("SIGKILL"), END_GRACE_MS);
  await exited;
  clearTimeout(timer);
}

/** It does not keep us alive. */
function release(child: ChildProcess): void {
  child.stdin?.destroy();
  child.stdout?.destroy();
  child.unref();
}

/** The end of what the log has since `from`. */
async function readTail(log: string, from: number): Promise<string> {
  const content = await readFile(log).catch(() => Buffer.alloc(0));
  // It may have been emptied meanwhile.
  const text = content.subarray(content.length >= from ? from : 0).toString("utf8");
  return text.trimEnd().split("\n").slice(-LOG_LINES_IN_ERRORS).join("\n");
}
