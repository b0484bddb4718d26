import { execFileSync } from "node:child_process";
import { OWNER_LABEL } from "../../src/postgres/container/sweep.ts";
import type { Place } from "./place.ts";

function docker(...args: string[]): string {
  return execFileSync("docker", args, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
}

/** Whether an engine answers that has containers to look at. */
export function hasEngine(): boolean {
  try {
    docker("info");
    return true;
  } catch {
    return false;
  }
}

/** The names of containers that processes of the place started, running or not. */
export function findContainers(place: Place): string[] {
  const format = `{{.Names}} {{.Label "${OWNER_LABEL}"}}`;
  const lines = docker("ps", "--all", "--filter", `label=${OWNER_LABEL}`, "--format", format).split("\n");
  return lines.flatMap((line) => {
    const [, name, owner] = /^(\S+) (\{.*\})$/.exec(line) ?? [];
    if (name === undefined || owner === undefined) return [];
    const { pid } = JSON.parse(owner) as { pid: number };
    return place.seen.has(pid) ? [name] : [];
  });
}
