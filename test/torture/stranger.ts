import { spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import { exists } from "../../src/reaper/process-identity.ts";

const NEXT_PID = "/proc/sys/kernel/ns_last_pid";
/** Others start processes too, and may be given the id first. */
const ATTEMPTS = 30;

/** A process that has nothing to do with us and dies of any signal. */
export interface Stranger {
  pid: number;
  wasSignalled(): boolean;
  end(): void;
}

function start(): Stranger {
  // Nothing of our environment, by which ours are found.
  const { PATH } = process.env;
  const child = spawn("sleep", ["600"], { stdio: "ignore", detached: true, cwd: "/", env: { PATH } });
  const { pid } = child;
  if (pid === undefined) throw new Error("sleep could not be started");
  return {
    pid,
    wasSignalled: () => child.signalCode !== null || !exists(pid),
    end: () => void child.kill("SIGKILL"),
  };
}

/**
 * Lets a stranger have a process id that one of ours had.
 * @param pid of a process that has ended.
 * @returns undefined where only root may choose, or the id went to somebody else.
 */
export function startWithPid(pid: number): Stranger | undefined {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    try {
      writeFileSync(NEXT_PID, String(pid - 1));
    } catch {
      return undefined;
    }
    const stranger = start();
    if (stranger.pid === pid) return stranger;
    stranger.end();
  }
  return undefined;
}
