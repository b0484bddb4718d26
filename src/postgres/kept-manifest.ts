import { closeSync, ftruncateSync, openSync, readFileSync, writeSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { TestkitError } from "../errors/testkit-error.ts";
import { isWatchedProcess } from "../home/manifest.ts";
import type { Owner } from "../home/owner.ts";
import { isGone, isOfThisScope, ourselves, parseOwner } from "../home/owner.ts";
import { isJsonObject } from "../json-object.ts";
import { parseJson } from "../parse-json.ts";
import { identifyProcess } from "../reaper/process-identity.ts";
import { endProcess, type WatchedProcess } from "../reaper/reap.ts";
import { writeFileAtomically } from "../write-file-atomically.ts";
import { stopSignal } from "./cluster.ts";

/** Beside a kept cluster: which Postgres runs on it, and whose it is. */
const MANIFEST = "postgres.json";

interface Manifest {
  /** In a copy of the cluster the manifest is of no Postgres. */
  dataDirectory: string;
  owner: Owner;
  process: WatchedProcess;
}

/** Notes the Postgres that was just started, for the case that neither we nor our reaper live to end it. */
export async function notePostgres(directory: string, dataDirectory: string, pid: number): Promise<void> {
  const identity = await identifyProcess(pid);
  if (identity === undefined) return;
  const manifest: Manifest = {
    dataDirectory,
    owner: await ourselves(),
    process: { ...identity, stopSignal: stopSignal(true) },
  };
  await writeFileAtomically(join(directory, MANIFEST), JSON.stringify(manifest), 0o600);
}

/**
 * Ends the Postgres that a dead owner left running on the cluster; one that is not provably that one is left alone.
 * @throws TestkitError `DATA_DIRECTORY_IN_USE` when its owner lives.
 */
export async function endOrphan(directory: string, dataDirectory: string): Promise<void> {
  const manifest = await readManifest(directory);
  if (manifest === undefined || dirname(manifest.dataDirectory) !== directory) return;
  const { owner, process: postgres } = manifest;
  // Another boot's, or another container's processes are not among ours: the limit is none.
  if (!(await isGone(owner, 1, 0))) {
    throw new TestkitError("DATA_DIRECTORY_IN_USE", {
      what: `The process ${owner.pid} runs Postgres on ${dataDirectory}.`,
    });
  }
  if (await isOfThisScope(owner)) await endProcess(postgres);
  releasePidFile(join(dataDirectory, "postmaster.pid"), postgres.pid);
}

async function readManifest(directory: string): Promise<Manifest | undefined> {
  const value = parseJson(await readFile(join(directory, MANIFEST), "utf8").catch(() => ""));
  if (!isJsonObject(value)) return undefined;
  const owner = parseOwner(value.owner);
  const { dataDirectory, process: postgres } = value;
  if (owner === undefined || typeof dataDirectory !== "string" || !isWatchedProcess(postgres))
    return undefined;
  return { dataDirectory, owner, process: postgres };
}

/**
 * Postgres refuses a directory whose pid file names a process that answers signals: a stranger with the id of the one that is gone,
 * or what is left of that one where nobody collects ended processes, as in many containers. Our id is put in its place, which
 * Postgres takes for its starter's; the rest of the file, by which it sees whether children of the old one still run, stays.
 */
function releasePidFile(file: string, gone: number): void {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch {
    return;
  }
  const [pid, ...rest] = text.split("\n");
  if (Number(pid) !== gone) return;
  // In place and in one write: the file is its user's, and must at no moment be empty.
  const changed = Buffer.from([process.pid, ...rest].join("\n"));
  const open = openSync(file, "r+");
  try {
    writeSync(open, changed, 0, changed.length, 0);
    ftruncateSync(open, changed.length);
  } finally {
    closeSync(open);
  }
}
