import { accessSync, constants, mkdirSync, statfsSync } from "node:fs";
import { join } from "node:path";
import { abandonedDirectories, reapAbandonedDirectories } from "../home/owned-directory.ts";

/** Linux's file system in memory. */
const MEMORY = "/dev/shm";
const TMPFS = 0x01021994;
/** In memory only where so many bytes are free, of the memory and of the share of it that the file system may take. */
const MEMORY_NEEDED = 2 * 2 ** 30;

const onDisk = (home: string): string => join(home, "runs");

/** Where clusters are kept that are copied for runs, and where they are made. */
export function clustersDirectory(home: string): string {
  return join(home, "clusters");
}

/**
 * Where runs keep their clusters: in memory where there is plenty of it, since a cluster, and each clone of its template,
 * is hundreds of small files that nobody will read again (the copy took 30 ms there and 200 ms on a disk); otherwise beside
 * the cache that they are copied from, on the same file system, which may be able to share blocks.
 */
export function runsDirectory(home: string): string {
  if (process.platform === "linux" && hasRoomInMemory()) return MEMORY;
  const directory = onDisk(home);
  mkdirSync(directory, { recursive: true });
  return directory;
}

function hasRoomInMemory(): boolean {
  try {
    accessSync(MEMORY, constants.W_OK | constants.X_OK);
    const { type, bavail, bsize } = statfsSync(MEMORY);
    return type === TMPFS && Math.min(bavail * bsize, process.availableMemory()) >= MEMORY_NEEDED;
  } catch {
    return false;
  }
}

/** Wherever they may have been: there was room in memory, or not. */
function parents(home: string): string[] {
  return [onDisk(home), clustersDirectory(home), ...(process.platform === "linux" ? [MEMORY] : [])];
}

/** The directories of clusters that killed runs left. Never fails. */
export async function abandonedRuns(home: string): Promise<string[]> {
  return (await Promise.all(parents(home).map(abandonedDirectories))).flat();
}

/** Reaps the clusters that killed runs left. Never fails. */
export async function reapAbandonedRuns(home: string): Promise<void> {
  await Promise.all(parents(home).map(reapAbandonedDirectories));
}
