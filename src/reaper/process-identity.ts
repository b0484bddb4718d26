import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { promisify } from "node:util";

const run = promisify(execFile);

/** A process id alone is reused; together with the time when the process started it names one process. */
export interface ProcessIdentity {
  pid: number;
  /** In the platform's own form, and good for comparison only. */
  startTime: string;
}

/** Fields of /proc/<pid>/stat, which the process's name, in brackets and with any characters, precedes. */
interface LinuxStat {
  state: string;
  parent: number;
  group: number;
  startTime: string;
}

export function readLinuxStat(pid: number): LinuxStat | undefined {
  let stat: string;
  try {
    stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  } catch {
    return undefined;
  }
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const [state, parent, group] = fields;
  // Field 22 of the file, in clock ticks since boot; the first two fields are cut off.
  const startTime = fields[19];
  if (state === undefined || parent === undefined || group === undefined || startTime === undefined) {
    return undefined;
  }
  return { state, parent: Number(parent), group: Number(group), startTime };
}

async function startTimeByPs(pid: number): Promise<string | undefined> {
  const { stdout } = await run("ps", ["-o", "stat=,lstart=", "-p", String(pid)], { env: { LC_ALL: "C" } });
  const [state, ...startTime] = stdout.trim().split(/\s+/);
  return state === undefined || state.startsWith("Z") ? undefined : startTime.join(" ");
}

async function startTimeByCim(pid: number): Promise<string | undefined> {
  const query = `(Get-CimInstance Win32_Process -Filter 'ProcessId=${pid}').CreationDate.Ticks`;
  const { stdout } = await run("powershell.exe", ["-NoProfile", "-NonInteractive", "-Command", query], {
    windowsHide: true,
  });
  return stdout.trim() || undefined;
}

/**
 * When the process with this id started, or undefined when there is none. A zombie, which has ended and waits for its
 * parent to notice, counts as none.
 */
async function processStartTime(pid: number): Promise<string | undefined> {
  if (process.platform === "linux") return identifyAtOnce(pid)?.startTime;
  // Both commands fail when there is no such process.
  const startTime = process.platform === "win32" ? startTimeByCim(pid) : startTimeByPs(pid);
  return startTime.catch(() => undefined);
}

/**
 * Names the process that has this id now, without waiting, where the platform allows it: undefined elsewhere. A child that is
 * identified in the same turn as it was started cannot have given its id to another process yet.
 */
export function identifyAtOnce(pid: number): ProcessIdentity | undefined {
  const stat = process.platform === "linux" ? readLinuxStat(pid) : undefined;
  return stat === undefined || "ZX".includes(stat.state) ? undefined : { pid, startTime: stat.startTime };
}

/** Names the process that has this id now. */
export async function identifyProcess(pid: number): Promise<ProcessIdentity | undefined> {
  const startTime = await processStartTime(pid);
  return startTime === undefined ? undefined : { pid, startTime };
}

/** Whether this very process still runs, and not a later one with its id. */
export async function isRunning(identity: ProcessIdentity): Promise<boolean> {
  return (await processStartTime(identity.pid)) === identity.startTime;
}

/** Whether any process has this id: asked at no cost, and so good for asking often. */
export function exists(pid: number): boolean {
  if (process.platform === "linux") {
    const stat = readLinuxStat(pid);
    return stat !== undefined && !"ZX".includes(stat.state);
  }
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}
