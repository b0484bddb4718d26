/** What the cache directory holds of Postgres: copies of its binaries, and clusters to copy from. */
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { bytesIn } from "../home/bytes.ts";

const FOLDERS = { binaries: "postgres", cluster: "clusters" } as const;

/** Begins with Postgres's version; all else in these folders is a lock, or not finished yet. */
const COMPLETE = /^\d+\.[^/]*-[a-z0-9]+$/;

export interface CacheEntry {
  kind: keyof typeof FOLDERS;
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

async function entriesOf(kind: CacheEntry["kind"], folder: string): Promise<CacheEntry[]> {
  const names = await readdir(folder).catch(() => []);
  const entries: CacheEntry[] = [];
  for (const name of names.filter((each) => COMPLETE.test(each)).sort()) {
    const path = join(folder, name);
    // Another process may prune it meanwhile.
    const found = await stat(path).catch(() => undefined);
    if (found) entries.push({ kind, path, bytes: await bytesIn(path), inode: found.ino });
  }
  return entries;
}
