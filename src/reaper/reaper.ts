import type { ChildProcess } from "node:child_process";
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { dirname } from "node:path";
import type { Writable } from "node:stream";
import { programPath } from "../package-root.ts";
import type { ReaperMessage } from "./protocol.ts";

/** How long `close` waits for the reaper's end, in milliseconds. */
const CLOSE_TIMEOUT = 10_000;

/**
 * A detached process that cleans up when this one cannot: after `kill -9`, a crash, or an exit without a teardown. It
 * watches the other end of a pipe; when that is closed, it ends the watched processes that still run and removes the
 * watched directories. It does not keep this process alive.
 *
 * @example
 * const reaper = Reaper.start();
 * reaper.watchDirectory(directory); // holds a file `.hindsight-testkit`, or it is left alone
 * reaper.watchProcess(child.pid);
 */
export class Reaper {
  readonly pid: number;
  readonly #process: ChildProcess;
  readonly #input: Writable;

  private constructor(child: ChildProcess, input: Writable, pid: number) {
    this.#process = child;
    this.#input = input;
    this.pid = pid;
  }

  static start(): Reaper {
    const program = programPath("reaper");
    if (!existsSync(program)) throw new Error(`${program} is missing: build the package first.`);
    // Not our keys, and not NODE_OPTIONS: a debugger's or a loader's options are not meant for it.
    const { PATH, SystemRoot } = process.env;
    const child = spawn(process.execPath, [program], {
      // A session of its own: Ctrl-C and the terminal's end do not reach it.
      detached: true,
      stdio: ["pipe", "ignore", "ignore"],
      windowsHide: true,
      cwd: dirname(program),
      env: { PATH, SystemRoot },
    });
    const { stdin, pid } = child;
    // The error of a failed start comes later, as an event.
    child.on("error", () => {});
    if (pid === undefined) throw new Error("The reaper could not be started.");
    // The reaper was killed: the run goes on without it.
    stdin.on("error", () => {});
    child.unref();
    if ("unref" in stdin && typeof stdin.unref === "function") stdin.unref();
    return new Reaper(child, stdin, pid);
  }

  /**
   * Ends this process and its descendants when our own is gone.
   * @param stopSignal what asks it to end before it is killed, 1.5 s later.
   */
  watchProcess(pid: number, stopSignal: NodeJS.Signals = "SIGTERM"): void {
    this.#send({ watchProcess: pid, stopSignal });
  }

  forgetProcess(pid: number): void {
    this.#send({ forgetProcess: pid });
  }

  /** Removes this directory when our process is gone, if it holds a file named `.hindsight-testkit`. */
  watchDirectory(path: string): void {
    this.#send({ watchDirectory: path });
  }

  forgetDirectory(path: string): void {
    this.#send({ forgetDirectory: path });
  }

  /**
   * Kills our own process when the one that started it is gone: for one that sees to that itself, and may be too busy to.
   * @param graceMs how long it may take to end by itself.
   */
  endWithParent(graceMs: number): void {
    this.#send({ endWithParent: process.ppid, graceMs });
  }

  /** Ends the reaper. What is still watched is reaped first; what was forgotten is not touched. */
  async close(): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    this.#process.ref();
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, CLOSE_TIMEOUT);
      this.#process.once("exit", () => {
        clearTimeout(timer);
        resolve();
      });
      this.#input.end();
    });
  }

  #send(message: ReaperMessage): void {
    if (this.#input.writable) this.#input.write(`${JSON.stringify(message)}\n`);
  }
}
