import { execFile } from "node:child_process";
import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { sep } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

/**
 * The ids of processes that run a program of this directory. Windows needs no such look: it does not let the file of a program be
 * removed that runs.
 */
export async function programsRunningFrom(directory: string): Promise<number[]> {
  if (process.platform === "win32") return [];
  const isOurs = (program: string) => program.startsWith(directory + sep);
  if (process.platform === "linux") {
    const pids = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
    return pids.filter((pid) => isOurs(linuxProgram(pid))).map(Number);
  }
  const { stdout } = await run("ps", ["-axo", "pid=,comm="]);
  return stdout.split("\n").flatMap((line) => {
    const [, pid, program = ""] = /^\s*(\d+)\s+(.*)$/.exec(line) ?? [];
    return isOurs(program) ? [Number(pid)] : [];
  });
}

function linuxProgram(pid: string): string {
  try {
    return readlinkSync(`/proc/${pid}/exe`);
  } catch {
    // Another user's, whose arguments can be read all the same, or one that has ended.
  }
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0", 1)[0] ?? "";
  } catch {
    return "";
  }
}
