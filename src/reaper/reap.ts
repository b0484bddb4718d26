import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { rm, rmdir } from "node:fs/promises";
import { isAbsolute, join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { promisify } from "node:util";
import { removeContainer, type WatchedContainer } from "./container.ts";
import type { ProcessIdentity } from "./process-identity.ts";
import { isRunning } from "./process-identity.ts";
import { descendants } from "./process-tree.ts";
import { processesIn } from "./processes-in.ts";

const run = promisify(execFile);

/** The file that marks a directory as ours to remove. */
export const DIRECTORY_MARKER = ".hindsight-testkit";

/** How long a process may take to end by itself, in milliseconds. */
const GRACE = 1_500;
/** How long the kernel may take to end a killed one, in milliseconds. */
const KILL_GRACE = 1_000;
const CHECK_EVERY = 20;

/** A process to end, and the signal that asks it to. */
export interface WatchedProcess extends ProcessIdentity {
  /** SIGQUIT for Postgres, whose SIGTERM waits for its clients. */
  stopSignal: NodeJS.Signals;
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // It has ended meanwhile.
  }
}

/** Whether all have ended in time. The end of a process that is not our child is no event: it has to be looked for. */
export async function haveEnded(processes: ProcessIdentity[], within: number): Promise<boolean> {
  const deadline = performance.now() + within;
  for (;;) {
    const running = await Promise.all(processes.map(isRunning));
    if (!running.includes(true)) return true;
    if (performance.now() > deadline) return false;
    await delay(CHECK_EVERY);
  }
}

/** Ends the process and its descendants; a process that only has the same id is left alone. */
export async function endProcess(watched: WatchedProcess): Promise<void> {
  if (!(await isRunning(watched))) return;
  if (process.platform === "win32") {
    await run("taskkill", ["/PID", String(watched.pid), "/T", "/F"], { windowsHide: true }).catch(() => {});
    await haveEnded([watched], KILL_GRACE);
    return;
  }
  const tree = [watched, ...(await descendants(watched.pid))];
  signal(watched.pid, watched.stopSignal);
  if (await haveEnded(tree, GRACE)) return;
  // It may have started others since; when it has ended, those of its id may be a stranger's.
  if (await isRunning(watched)) tree.push(...(await descendants(watched.pid)));
  for (const survivor of tree) if (await isRunning(survivor)) signal(survivor.pid, "SIGKILL");
  await haveEnded(tree, KILL_GRACE);
}

/**
 * Ends Postgres's processes that work in a directory of ours, and removes it. One without the marker is left alone, unless
 * nothing is in it.
 */
export async function removeDirectory(path: string): Promise<void> {
  if (!isAbsolute(path)) return;
  if (!existsSync(join(path, DIRECTORY_MARKER))) {
    // Whoever made it was killed before the marker was in place.
    await rm(join(path, `${DIRECTORY_MARKER}.new`), { force: true });
    await rmdir(path).catch(() => {});
    return;
  }
  const left = await processesIn(path);
  await Promise.all(left.map((identity) => endProcess({ ...identity, stopSignal: "SIGQUIT" })));
  await rm(path, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 });
}

/**
 * Ends the processes, all at once, then removes the directories that they used; containers meanwhile. Never fails: there is nobody
 * to tell.
 */
export async function reap(
  processes: Iterable<WatchedProcess>,
  directories: Iterable<string>,
  containers: Iterable<WatchedContainer> = [],
): Promise<void> {
  const removed = Promise.allSettled([...containers].map(removeContainer));
  await Promise.allSettled([...processes].map(endProcess));
  await Promise.allSettled([...directories].map(removeDirectory));
  await removed;
}
