import { once } from "node:events";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import { setTimeout as delay } from "node:timers/promises";
import type { DaemonConfig, DaemonReply } from "../daemon-protocol.ts";
import { isErrorCode } from "../errors/catalogue.ts";
import { TestkitError } from "../errors/testkit-error.ts";

/** How many lines of a daemon's log an error has. */
export const LOG_LINES_IN_ERRORS = 30;

/** A daemon program that was just spawned. */
export interface SpawnedDaemon {
  stdin: Writable;
  stdout: Readable;
  /** Resolves when it has ended and its last words are there: what ended it. */
  ended: Promise<string>;
  /** The end of its log. */
  log: () => string | Promise<string>;
}

/**
 * Tells a daemon its configuration and waits for its reply.
 *
 * @param options.timeout the error for one that has not replied in so many milliseconds.
 * @param options.signal ends the wait with its reason.
 * @throws TestkitError `timeout`; `SERVER_START_FAILED`, or what the daemon reports.
 */
export async function converse(
  { stdin, stdout, ended, log }: SpawnedDaemon,
  config: DaemonConfig,
  options: {
    timeout: { ms: number; code: "SERVER_START_TIMEOUT" | "DAEMON_START_TIMEOUT"; what: string };
    signal?: AbortSignal | undefined;
  },
): Promise<Exclude<DaemonReply, { failed: unknown }>> {
  const { timeout, signal } = options;
  // One that dies at once breaks the pipe; its end is what is reported.
  stdin.on("error", () => {});
  stdin.write(`${JSON.stringify(config)}\n`);
  const settled = new AbortController();
  const either = signal ? AbortSignal.any([signal, settled.signal]) : settled.signal;
  const timer = delay(timeout.ms, "timeout" as const, { signal: either });
  timer.catch(() => {});
  const lines = createInterface({ input: stdout });
  const line = once(lines, "line", { signal: either }) as Promise<[string]>;
  line.catch(() => {});
  try {
    const first = await Promise.race([line, ended.then(() => undefined), timer]);
    if (first === "timeout") throw new TestkitError(timeout.code, { what: timeout.what, log: await log() });
    if (first === undefined) {
      const what = `The server's process ended while it was starting (${await ended}).`;
      throw new TestkitError("SERVER_START_FAILED", { what, log: await log() });
    }
    const reply = JSON.parse(first[0]) as DaemonReply;
    if (!("failed" in reply)) return reply;
    await ended;
    const { code, message } = reply.failed;
    throw new TestkitError(isErrorCode(code) ? code : "SERVER_START_FAILED", {
      what: message,
      log: await log(),
    });
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  } finally {
    settled.abort();
  }
}
