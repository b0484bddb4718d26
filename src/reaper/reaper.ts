import type { ChildProcess } from "node:child_process";
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { dirname } from "node:path";
import type { Writable } from "node:stream";
import { programPath } from "../package-root.ts";
import type { WatchedContainer } from "./container.ts";
import type { Manifest } from "./manifest.ts";
import { identifyAtOnce, identifyProcess } from "./process-identity.ts";
import type { ReaperMessage } from "./protocol.ts";
import type { WatchedProcess } from "./reap.ts";

/** How long `close` waits for the reaper's end, in milliseconds. */
const CLOSE_TIMEOUT = 10_000;

export interface ReaperOptions {
  manifest?: Manifest | undefined;
  stderr?: "ignore" | "inherit";
}

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
  readonly #manifest: Manifest | undefined;
  readonly #processes = new Map<number, WatchedProcess>();
  readonly #directories = new Set<string>();

  private constructor(child: ChildProcess, input: Writable, pid: number, manifest: Manifest | undefined) {
    this.#process = child;
    this.#input = input;
    this.#manifest = manifest;
    this.pid = pid;
    if (manifest) this.#send({ manifest: manifest.path });
  }

  /**
   * @param options.manifest where what is watched is noted, for the case that the reaper is killed too.
   * @param options.stderr `inherit`: whoever reads our stderr sees its end only when the reaper has done its work too.
   */
  static start({ manifest, stderr = "ignore" }: ReaperOptions = {}): Reaper {
    const program = programPath("reaper");
    if (!existsSync(program)) throw new Error(`${program} is missing: build the package first.`);
    // Not our keys, and not NODE_OPTIONS: a debugger's or a loader's options are not meant for it.
    const { PATH, SystemRoot } = process.env;
    const child = spawn(process.execPath, [program], {
      // A session of its own: Ctrl-C and the terminal's end do not reach it.
      detached: true,
      stdio: ["pipe", "ignore", stderr],
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
    return new Reaper(child, stdin, pid, manifest);
  }

  /**
   * Ends this process and its descendants when our own is gone. To be called in the same turn as the process was started:
   * until then its id cannot have become another's.
   * @param stopSignal what asks it to end before it is killed, 1.5 s later.
   */
  watchProcess(pid: number, stopSignal: NodeJS.Signals = "SIGTERM"): void {
    const identity = identifyAtOnce(pid);
    // It has ended already.
    if (process.platform === "linux" && identity === undefined) return;
    this.#send({ watchProcess: pid, startTime: identity?.startTime, stopSignal });
    const watched = { pid, startTime: identity?.startTime ?? "", stopSignal };
    this.#processes.set(pid, watched);
    if (identity) this.#note();
    else void this.#noteLater(watched);
  }

  forgetProcess(pid: number): void {
    this.#processes.delete(pid);
    this.#send({ forgetProcess: pid });
    this.#note();
  }

  /** Removes this directory when our process is gone, if it holds a file named `.hindsight-testkit`. */
  watchDirectory(path: string): void {
    this.#directories.add(path);
    this.#send({ watchDirectory: path });
    this.#note();
  }

  forgetDirectory(path: string): void {
    this.#directories.delete(path);
    this.#send({ forgetDirectory: path });
    this.#note();
  }

  /**
   * Ends and removes this container when our process is gone; it need not be there yet. It is not in the manifest: a label of its own
   * says whose it is.
   */
  watchContainer(container: WatchedContainer): void {
    this.#send({ watchContainer: container });
  }

  /** @param name the container's. */
  forgetContainer(name: string): void {
    this.#send({ forgetContainer: name });
  }

  /** Ends the reaper. What is still watched is reaped first; what was forgotten is not touched. */
  async close(): Promise<void> {
    await this.#end();
    await this.#manifest?.close();
  }

  async #end(): Promise<void> {
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

  /** On platforms that have to ask a program who a process is. */
  async #noteLater(watched: WatchedProcess): Promise<void> {
    const identity = await identifyProcess(watched.pid);
    if (identity === undefined || this.#processes.get(watched.pid) !== watched) return;
    watched.startTime = identity.startTime;
    this.#note();
  }

  #note(): void {
    this.#manifest?.note({
      processes: [...this.#processes.values()].filter(({ startTime }) => startTime !== ""),
      directories: [...this.#directories],
    });
  }

  #send(message: ReaperMessage): void {
    if (this.#input.writable) this.#input.write(`${JSON.stringify(message)}\n`);
  }
}
