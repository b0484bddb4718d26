import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { open, readFile, stat } from "node:fs/promises";
import type { DaemonConfig, DaemonRecord } from "../../daemon-protocol.ts";
import { TestkitError } from "../../errors/testkit-error.ts";
import { programPath } from "../../package-root.ts";
import { endOrphan } from "../../postgres/kept-manifest.ts";
import { converse, LOG_LINES_IN_ERRORS } from "../../server/converse.ts";
import { inheritedEnvironment } from "../../server/daemon-process.ts";
import { type Profile, profileFiles } from "../profiles/profile.ts";
import { type DaemonConfiguration, digestsOf } from "./configuration.ts";
import { readRecord } from "./record.ts";

const HOST = "127.0.0.1";
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
  const { stdin, stdout } = child;
  if (stdin === null || stdout === null) throw new Error("The daemon was spawned without its pipes");
  const { startTimeoutMs: ms } = configuration.limits;
  const what = `The daemon of the profile ${profile.name} was not ready after ${ms} ms.`;
  try {
    await converse(
      { stdin, stdout, ended: exited, log: () => readTail(log, before) },
      toConfig(profile, configuration),
      { timeout: { ms, code: "DAEMON_START_TIMEOUT", what } },
    );
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
