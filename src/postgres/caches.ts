/** What the cache directory holds of Postgres: copies of its binaries, clusters to copy from, and what killed processes left of both. */
import { randomUUID } from "node:crypto";
import { readdir, realpath, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { bytesIn } from "../home/bytes.ts";
import { withLock } from "../home/lock.ts";
import { programsRunningFrom } from "../reaper/programs-running.ts";

const FOLDERS = { binaries: "postgres", cluster: "clusters" } as const;

/** Both begin with Postgres's version. */
const COMPLETE = /^\d+\.[^/]*-[a-z0-9]+$/;
/** In the name of what is being removed. */
const REMOVED = ".removed-";
/** After the name of what was being made or removed. */
const UNFINISHED = /\.(?:building|removed)-[^/]*$/;

export interface CacheEntry {
  /** `remains`: what is neither complete nor, any more, being made or removed, unless somebody has its lock. */
  kind: keyof typeof FOLDERS | "remains";
  path: string;
  bytes: number;
  /** Changes when the entry is made anew in its place. */
  inode: number;
}

/** @param home the cache directory. */
export async function listCaches(home: string): Promise<CacheEntry[]> {
  const kinds = Object.keys(FOLDERS) as (keyof typeof FOLDERS)[];
  const entries = await Promise.all(kinds.map((kind) => entriesOf(kind, join(home, FOLDERS[kind]))));
  return entries.flat();
}

async function entriesOf(kind: keyof typeof FOLDERS, folder: string): Promise<CacheEntry[]> {
  const names = await readdir(folder).catch(() => []);
  const entries: CacheEntry[] = [];
  for (const name of names.sort()) {
    const path = join(folder, name);
    const isRemains = UNFINISHED.test(name);
    if (!isRemains && !COMPLETE.test(name)) continue;
    // Another process may remove it meanwhile.
    const found = await stat(path).catch(() => undefined);
    if (found === undefined) continue;
    entries.push({ kind: isRemains ? "remains" : kind, path, bytes: await bytesIn(path), inode: found.ino });
  }
  return entries;
}

/**
 * Removes an entry, unless it is in use: binaries that run, and what is being made. A cluster that is being copied is not: whoever
 * copies it finds it gone, and makes it again.
 * @param options.dryRun only tells.
 * @returns why it stays; undefined: nothing keeps it.
 */
export async function removeCache(
  entry: CacheEntry,
  { dryRun }: { dryRun: boolean },
): Promise<string | undefined> {
  const { path } = entry;
  const busy = (owner: number | undefined) => new Error(`process ${owner} is at work on it`);
  try {
    return await withLock(`${path.replace(UNFINISHED, "")}.lock`, performance.now(), busy, async () => {
      const running = entry.kind === "binaries" ? await programsRunningFrom(await realpath(path)) : [];
      if (running.length > 0) return `process ${running.join(", ")} runs it`;
      if (!dryRun) await remove(entry);
      return undefined;
    });
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** What is complete vanishes in one step: nobody finds half of it. */
async function remove({ kind, path }: CacheEntry): Promise<void> {
  const removed = kind === "remains" ? path : `${path}${REMOVED}${randomUUID()}`;
  if (removed !== path) await rename(path, removed);
  await rm(removed, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 });
}
