import { execFile } from "node:child_process";
import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { basename, sep } from "node:path";
import { promisify } from "node:util";
import type { ProcessIdentity } from "./process-identity.ts";
import { identifyProcess } from "./process-identity.ts";

const run = promisify(execFile);

/** The programs that we start on a directory. An editor or a shell there is somebody's own. */
const PROGRAMS = ["postgres", "initdb"];

/** What /proc tells of a process: its program, its arguments, and where it works. */
function readLinuxProcess(pid: string): { program: string; args: string[]; directory: string } | undefined {
  try {
    const link = (name: string) => readlinkSync(`/proc/${pid}/${name}`).replace(/ \(deleted\)$/, "");
    const args = readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0");
    return { program: link("exe"), args, directory: link("cwd") };
  } catch {
    return undefined; // it has ended, or is another user's
  }
}

function linuxProcessesIn(path: string): number[] {
  const isInside = (other: string) => other === path || other.startsWith(path + sep);
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .filter((name) => {
      const found = readLinuxProcess(name);
      if (found === undefined || !PROGRAMS.includes(basename(found.program))) return false;
      // Postgres's children have only the directory: they write what they do over their arguments.
      return isInside(found.directory) || isInside(found.args[found.args.indexOf("-D") + 1] ?? "");
    })
    .map(Number);
}

async function otherProcessesIn(path: string): Promise<number[]> {
  const { stdout } = await run("ps", ["-axo", "pid=,command="]);
  return stdout.split("\n").flatMap((line) => {
    const [, pid, program = ""] = /^\s*(\d+)\s+(\S+)/.exec(line) ?? [];
    return PROGRAMS.includes(basename(program)) && line.includes(` -D ${path}${sep}`) ? [Number(pid)] : [];
  });
}

/**
 * Postgres's processes that work in a directory of ours: what nobody noted because we were killed too soon, and what a killed
 * Postgres left of itself. Windows does not tell.
 */
export async function processesIn(path: string): Promise<ProcessIdentity[]> {
  if (process.platform === "win32") return [];
  const pids = process.platform === "linux" ? linuxProcessesIn(path) : await otherProcessesIn(path);
  const identities = await Promise.all(pids.map(identifyProcess));
  return identities.filter((identity) => identity !== undefined);
}
