import { execaSync } from "execa";

/** All descendants of a process as they are now, by what the operating system says of parents. */
export function descendants(pid: number): { pid: number; command: string }[] {
  const { stdout } = execaSync("ps", ["-A", "-o", "pid=,ppid=,command="]);
  const all = stdout.split("\n").flatMap((line) => {
    const match = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line);
    return match ? [{ pid: Number(match[1]), parent: Number(match[2]), command: match[3] ?? "" }] : [];
  });
  const found: { pid: number; command: string }[] = [];
  const visit = (parent: number) => {
    for (const child of all.filter((candidate) => candidate.parent === parent)) {
      found.push({ pid: child.pid, command: child.command });
      visit(child.pid);
    }
  };
  visit(pid);
  return found;
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
  // An ended process that its parent has not asked about yet still answers.
  const { stdout } = execaSync("ps", ["-o", "stat=", "-p", String(pid)], { reject: false });
  return stdout.trim() !== "" && !stdout.trim().startsWith("Z");
}

const BOUND_MS = 10_000;

/** Resolves to the processes that are still there when the bound is over; ends early when all are gone. */
export async function survivors(
  processes: { pid: number; command: string }[],
): Promise<{ pid: number; command: string }[]> {
  const deadline = Date.now() + BOUND_MS;
  let alive = processes;
  // Processes that are not our children end without an event for us.
  while (alive.length > 0 && Date.now() < deadline) {
    alive = alive.filter(({ pid }) => isAlive(pid));
    await new Promise((resolve) => setImmediate(resolve));
  }
  return alive;
}
