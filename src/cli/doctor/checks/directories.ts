import { statfs } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname } from "node:path";
import { testkitHome } from "../../../home/home.ts";
import { runUser } from "../../../home/run-user.ts";
import { runsDirectory } from "../../../postgres/run-directory.ts";
import { size } from "../../output.ts";
import type { Finding } from "../finding.ts";

/** The binaries take 58 MB, a cluster 17 MB in the cache, a run some 20 MB and 8 MB for every server. */
const DISK_NEEDED = 500 * 1024 ** 2;
/** A run is some 600 files, and a server 300. */
const FILES_NEEDED = 20_000;

/** Whom Postgres runs as. */
export function checkUser(): Finding[] {
  const user = runUser();
  const what = user
    ? `We are root, so Postgres runs as the user ${user.name} (${user.uid})`
    : "Postgres runs as you";
  return [{ check: "user", status: "ok", what }];
}

/** The directories of ours: where they are, and their rights. */
export function checkDirectories(env: NodeJS.ProcessEnv): Finding[] {
  const home = testkitHome(runUser(), env);
  if (env.HINDSIGHT_TESTKIT_HOME || dirname(home) !== tmpdir())
    return [{ check: "cache", status: "ok", what: `${home} can be written` }];
  const what = `The platform's place for caches cannot be used, so they are in ${home}, and lost with what is temporary`;
  const remedy = "Set HINDSIGHT_TESTKIT_HOME to a directory that lasts.";
  return [{ check: "cache", status: "note", what, remedy }];
}

/** Room for the caches and for what runs write. */
export async function checkDisk(env: NodeJS.ProcessEnv): Promise<Finding[]> {
  const home = testkitHome(runUser(), env);
  const runs = runsDirectory(home);
  const findings: Finding[] = [];
  for (const directory of new Set([home, runs])) {
    const { bavail, bsize, ffree, files } = await statfs(directory);
    const what = `${size(bavail * bsize)} free for ${directory}`;
    const remedy = "Make room, or move the directory with HINDSIGHT_TESTKIT_HOME.";
    // Some file systems do not count files.
    const isShort = bavail * bsize < DISK_NEEDED;
    const hasFewFiles = files > 0 && ffree < FILES_NEEDED;
    if (isShort) findings.push({ check: "disk", status: "warning", what, remedy });
    else if (hasFewFiles)
      findings.push({
        check: "disk",
        status: "warning",
        what: `${what}, but no more than ${ffree} files`,
        remedy,
      });
    else findings.push({ check: "disk", status: "ok", what });
  }
  findings.push(memory(runs));
  return findings;
}

function memory(runs: string): Finding {
  if (process.platform !== "linux") return { check: "memory", status: "ok", what: `Runs are in ${runs}` };
  if (runs === "/dev/shm") return { check: "memory", status: "ok", what: "Runs are in memory, in /dev/shm" };
  return {
    check: "memory",
    status: "note",
    what: `Runs are on disk, in ${runs}: /dev/shm or the memory has less than 2 GiB free. A start copies 600 small files there`,
    remedy: "In a container: docker run --shm-size=2g.",
  };
}
