import { closeSync, existsSync, ftruncateSync, openSync, writeSync } from "node:fs";
import { readFile, stat, utimes } from "node:fs/promises";
import { dirname, join } from "node:path";
import { TestkitError } from "../errors/testkit-error.ts";
import { isWatchedProcess } from "../home/manifest.ts";
import { nextChange } from "../home/next-change.ts";
import type { Owner } from "../home/owner.ts";
import { isOfThisScope, ourselves, parseOwner } from "../home/owner.ts";
import { isJsonObject } from "../json-object.ts";
import { parseJson } from "../parse-json.ts";
import { identifyProcess } from "../reaper/process-identity.ts";
import { processesIn } from "../reaper/processes-in.ts";
import { endProcess, haveEnded, type WatchedProcess } from "../reaper/reap.ts";
import { writeFileAtomically } from "../write-file-atomically.ts";
import { stopSignal } from "./cluster.ts";

/** In the directory of a kept cluster: which Postgres runs on it, and whose it is. */
const MANIFEST = "postgres.json";

/** How often the owner of a running Postgres touches its manifest, in milliseconds. */
const SIGN_EVERY = 2_000;
/** How long it may not have done so before it is taken for gone by those who cannot look it up, in milliseconds. */
const SILENCE = 15_000;
/** How long an owner whose Postgres was killed may take to end when it has nothing left to do, in milliseconds. */
const OWNER_GRACE = 1_000;

/** Postgres's own part of the directory. */
export const pgDataIn = (directory: string): string => join(directory, "pg");

const pidFile = (dataDirectory: string): string => join(dataDirectory, "postmaster.pid");

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

/** Says again and again that we live, to those who cannot see our process. @returns ends it. */
export function giveSignsOfLife(directory: string): () => void {
  const timer = setInterval(() => {
    const now = new Date();
    // A directory that is gone, or a disk that is full, is somebody else's to tell.
    utimes(join(directory, MANIFEST), now, now).catch(() => {});
  }, SIGN_EVERY);
  timer.unref();
  return () => clearInterval(timer);
}

/**
 * Ends the Postgres that a dead owner left running on the cluster; one that is not provably that one is left alone.
 * @param directory the kept cluster's.
 * @returns the id of the noted process, which runs no longer; undefined: none was noted.
 * @throws TestkitError `DATA_DIRECTORY_IN_USE` when its owner lives.
 */
export async function endOrphan(directory: string): Promise<number | undefined> {
  const manifest = await readManifest(directory);
  if (manifest === undefined || dirname(manifest.dataDirectory) !== directory) return undefined;
  const { owner, dataDirectory, process: postgres } = manifest;
  const isHere = await isOfThisScope(owner);
  // Postgres removes its pid file when it is shut down, whoever of its owners lives.
  const lives = async () => (isHere ? !(await haveEnded([owner], OWNER_GRACE)) : await givesSigns(directory));
  if (existsSync(pidFile(dataDirectory)) && (await lives())) {
    const where = isHere ? "" : " of another container or machine";
    throw new TestkitError("DATA_DIRECTORY_IN_USE", {
      what: `The process ${owner.pid}${where} runs Postgres on ${dataDirectory}.`,
    });
  }
  if (isHere) await endProcess(postgres);
  return postgres.pid;
}

/** Whether an owner lives who cannot be looked up here: it then touches the manifest again. After a reboot its silence is long enough. */
async function givesSigns(directory: string): Promise<boolean> {
  const lastSign = async () => (await stat(join(directory, MANIFEST))).mtimeMs;
  const first = await lastSign();
  const until = performance.now() + SILENCE - Math.abs(Date.now() - first);
  for (;;) {
    // Watched from before the look. Another machine's changes are no events here, so it is looked again without one.
    const change = nextChange(directory);
    try {
      if ((await lastSign()) !== first) return true;
      const left = until - performance.now();
      if (left <= 0) return false;
      await change.within(Math.min(left, SIGN_EVERY));
    } finally {
      change.ignore();
    }
  }
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
 * Postgres takes for its starter's; the rest of the file, by which it sees whether children of the old one still run, stays. Only
 * for who starts Postgres next: later our id may be a stranger's, too.
 * @param gone a process that is known not to run.
 */
export async function releasePidFile(directory: string, gone: number | undefined): Promise<void> {
  const file = pidFile(pgDataIn(directory));
  const [pid, ...rest] = (await readFile(file, "utf8").catch(() => "")).split("\n");
  if (!pid || (Number(pid) !== gone && (await mayRunOn(directory, Number(pid))))) return;
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

/** It may be of a Postgres that somebody else has started there, or of one of ours that died before it was noted. */
async function mayRunOn(directory: string, pid: number): Promise<boolean> {
  // Elsewhere it cannot be told for sure.
  if (process.platform !== "linux") return true;
  return (await processesIn(directory)).some((found) => found.pid === pid);
}
