/** What of ours is on this machine: processes, by marks that they cannot lose, and files. Linux only. */
import { existsSync, readdirSync, readFileSync, readlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { identifyAtOnce, type ProcessIdentity } from "../../src/reaper/process-identity.ts";
import type { Place } from "./place.ts";
import type { Victim } from "./plan.ts";

export interface FoundProcess extends ProcessIdentity {
  role: Victim | "other";
  command: string;
}

function read(path: string, how: (path: string) => string): string {
  try {
    return how(path);
  } catch {
    return ""; // it has ended meanwhile
  }
}

/**
 * The processes that carry the place's name in their environment, arguments, program or working directory. A child can lose the
 * one or the other, but none of ours loses all: the daemon and the reaper are run from there, Postgres's programs lie there.
 */
export function findProcesses(place: Place): FoundProcess[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .flatMap((name) => {
      const text = (file: string) => read(`/proc/${name}/${file}`, (path) => readFileSync(path, "utf8"));
      const link = (file: string) => read(`/proc/${name}/${file}`, readlinkSync);
      const command = text("cmdline").replaceAll("\0", " ").trim();
      const program = link("exe");
      const marks = [command, program, link("cwd"), text("environ")];
      if (!marks.some((mark) => mark.includes(place.mark))) return [];
      const identity = identifyAtOnce(Number(name));
      if (identity) place.seen.add(identity.pid);
      return identity ? [{ ...identity, command, role: roleOf(command, program) }] : [];
    });
}

function roleOf(command: string, program: string): FoundProcess["role"] {
  if (command.includes("programs/reaper.mjs")) return "reaper";
  if (command.includes("programs/daemon.mjs")) return "daemon";
  // Not its children, which write what they do over their arguments.
  return basename(program) === "postgres" && command.includes(" -D ") ? "postgres" : "other";
}

/** A prepared cluster, which is to be kept. */
const COMPLETE = /^\d+\.[^/]*-[0-9a-f]+$/;

/** The folders in which the toolkit makes directories and files that are to be removed. */
function foldersOf({ home }: Place): string[] {
  return ["/dev/shm", tmpdir(), join(home, "runs"), join(home, "clusters"), join(home, "manifests")];
}

/** Directories and manifests that processes of the place left. */
export function findFiles(place: Place): string[] {
  return foldersOf(place).flatMap((folder) => {
    const names = existsSync(folder) ? readdirSync(folder) : [];
    return names
      .filter((name) => {
        const [, pid] = /^(?:hindsight-testkit-)?(\d+)-[0-9a-f]+(?:\.json)?$/.exec(name) ?? [];
        // Other runs on this machine use the folders that are not in the place.
        return folder.startsWith(place.home)
          ? !name.includes(".lock") && !COMPLETE.test(name)
          : place.seen.has(Number(pid));
      })
      .map((name) => join(folder, name));
  });
}
