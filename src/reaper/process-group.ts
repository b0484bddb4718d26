import { readdirSync } from "node:fs";
import { exists, readLinuxStat } from "./process-identity.ts";

/** Whether anything runs in the group that a process leads. On Windows, which has no groups: whether that process does. */
export function isGroupRunning(leader: number): boolean {
  // A signal would reach zombies too, which nobody may ever collect in a container.
  if (process.platform === "linux") return readdirSync("/proc").some((name) => isMember(name, leader));
  return exists(process.platform === "win32" ? leader : -leader);
}

function isMember(name: string, leader: number): boolean {
  const stat = /^\d+$/.test(name) ? readLinuxStat(Number(name)) : undefined;
  return stat?.group === leader && !"ZX".includes(stat.state);
}
