import { randomBytes } from "node:crypto";
import { mkdirSync } from "node:fs";
import { readdir, readFile, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { isJsonObject } from "../json-object.ts";
import { parseJson } from "../parse-json.ts";
import type { Manifest, Watched } from "../reaper/manifest.ts";
import type { WatchedProcess } from "../reaper/reap.ts";
import { reap } from "../reaper/reap.ts";
import type { Owner } from "./owner.ts";
import { isGone, isOfThisScope, ourselves, parseOwner } from "./owner.ts";
import { writeAtOnce } from "./write-at-once.ts";

/** How old the manifest of an owner that cannot be looked up may be, in milliseconds. */
const UNKNOWN_OWNER_LIMIT = 24 * 60 * 60_000;
/** How old what is no manifest may be: whoever wrote it was killed, and nothing that it names is known. */
const UNREADABLE_LIMIT = 60_000;

const manifestsOf = (home: string): string => join(home, "manifests");

/**
 * Opens this process's manifest in the cache directory, and reaps, in the background, what those name whose processes were
 * killed together with their reaper.
 */
export async function openManifest(home: string): Promise<Manifest> {
  const directory = manifestsOf(home);
  const owner = await ourselves();
  const path = join(directory, `${process.pid}-${randomBytes(4).toString("hex")}.json`);
  const swept = reapAbandonedManifests(home);
  let isClosed = false;
  return {
    path,
    note: (watched) => {
      if (isClosed) return;
      try {
        mkdirSync(directory, { recursive: true });
        writeAtOnce(path, JSON.stringify({ owner, ...watched }));
      } catch {
        // No room, or no rights: the reaper does without.
      }
    },
    close: async () => {
      isClosed = true;
      await rm(path, { force: true }).catch(() => {});
      await swept;
    },
  };
}

/** The manifest of a process that was killed together with its reaper. */
interface AbandonedManifest extends Watched {
  path: string;
}

/** What was left by processes that were killed together with their reaper. Never fails. */
export async function abandonedManifests(home: string): Promise<AbandonedManifest[]> {
  const directory = manifestsOf(home);
  const names = await readdir(directory).catch(() => []);
  const found = await Promise.all(
    names.map((name) => readIfAbandoned(join(directory, name)).catch(() => undefined)),
  );
  return found.filter((manifest) => manifest !== undefined);
}

/** Reaps what was left by processes that were killed together with their reaper. Never fails. */
export async function reapAbandonedManifests(home: string): Promise<void> {
  await Promise.allSettled(
    (await abandonedManifests(home)).map(async ({ path, processes, directories }) => {
      await reap(processes, directories);
      await rm(path, { force: true });
    }),
  );
}

async function readIfAbandoned(path: string): Promise<AbandonedManifest | undefined> {
  const [text, { mtimeMs, uid }] = await Promise.all([readFile(path, "utf8"), stat(path)]);
  // Another user's, in a cache directory that is shared: it could name any process.
  if (process.getuid !== undefined && uid !== process.getuid()) return undefined;
  const age = Date.now() - mtimeMs;
  const manifest = parseManifest(text);
  if (manifest === undefined) {
    return age > UNREADABLE_LIMIT ? { path, processes: [], directories: [] } : undefined;
  }
  if (!(await isGone(manifest.owner, age, UNKNOWN_OWNER_LIMIT))) return undefined;
  const processes = (await isOfThisScope(manifest.owner)) ? manifest.processes : [];
  return { path, processes, directories: manifest.directories };
}

function parseManifest(text: string): (Watched & { owner: Owner }) | undefined {
  const value = parseJson(text);
  if (!isJsonObject(value)) return undefined;
  const owner = parseOwner(value.owner);
  const { processes, directories } = value;
  if (owner === undefined || !Array.isArray(processes) || !Array.isArray(directories)) return undefined;
  return {
    owner,
    processes: processes.filter(isWatchedProcess),
    directories: directories.filter((directory) => typeof directory === "string"),
  };
}

export function isWatchedProcess(value: unknown): value is WatchedProcess {
  if (!isJsonObject(value)) return false;
  const { pid, startTime, stopSignal } = value;
  return (
    Number.isSafeInteger(pid) && Number(pid) > 1 && typeof startTime === "string" && isStopSignal(stopSignal)
  );
}

const STOP_SIGNALS: readonly unknown[] = ["SIGTERM", "SIGQUIT", "SIGINT"] satisfies NodeJS.Signals[];
const isStopSignal = (value: unknown): boolean => STOP_SIGNALS.includes(value);
