import { execFile } from "node:child_process";
import { readdirSync } from "node:fs";
import { promisify } from "node:util";
import type { ProcessIdentity } from "./process-identity.ts";
import { identifyProcess, readLinuxStat } from "./process-identity.ts";

const run = promisify(execFile);

/** Pairs of process and parent, of all processes. */
async function parents(): Promise<[pid: number, parent: number][]> {
  if (process.platform === "linux") {
    return readdirSync("/proc")
      .filter((name) => /^\d+$/.test(name))
      .map((name) => [Number(name), readLinuxStat(Number(name))?.parent ?? 0]);
  }
  const { stdout } = await run("ps", ["-axo", "pid=,ppid="]);
  return stdout
    .trim()
    .split("\n")
    .map((line) => {
      const [pid, parent] = line.trim().split(/\s+/);
      return [Number(pid), Number(parent)];
    });
}

/**
 * The process's descendants now. By parent, not by process group: Postgres's children and a daemon's are in groups of
 * their own. POSIX only; on Windows `taskkill /T` knows the tree.
 */
export async function descendants(pid: number): Promise<ProcessIdentity[]> {
  const pairs = await parents();
  const found = new Set([pid]);
  for (let size = 0; size !== found.size; ) {
    size = found.size;
    for (const [child, parent] of pairs) if (found.has(parent)) found.add(child);
  }
  found.delete(pid);
  const identities = await Promise.all([...found].map(identifyProcess));
  return identities.filter((identity) => identity !== undefined);
}
