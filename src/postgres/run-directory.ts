import { accessSync, constants, mkdirSync, statfsSync } from "node:fs";
import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Owner } from "../home/owner.ts";
import { isGone, ourselves } from "../home/owner.ts";
import type { RunUser } from "../home/run-user.ts";
import { identifyProcess } from "../reaper/process-identity.ts";
import type { WatchedProcess } from "../reaper/reap.ts";
import { DIRECTORY_MARKER, reap } from "../reaper/reap.ts";
import type { Reaper } from "../reaper/reaper.ts";

const PREFIX = "hindsight-testkit-";

/** Linux's file system in memory. */
const MEMORY = "/dev/shm";
const TMPFS = 0x01021994;
/** In memory only where so many bytes are free, of the memory and of the share of it that the file system may take. */
const MEMORY_NEEDED = 2 * 2 ** 30;

/** How old the directory of an owner that cannot be looked up may be, in milliseconds. */
const UNKNOWN_OWNER_LIMIT = 24 * 60 * 60_000;

/** The contents of the marker file. */
interface Marker {
  owner: Owner;
  processes: WatchedProcess[];
}

/**
 * Where runs keep their clusters: in memory where there is plenty of it, since a cluster, and each clone of its template,
 * is hundreds of small files that nobody will read again (the copy took 30 ms there and 200 ms on a disk); otherwise beside
 * the cache that they are copied from, on the same file system, which may be able to share blocks.
 */
export function runsDirectory(home: string): string {
  if (process.platform === "linux" && hasRoomInMemory()) return MEMORY;
  const directory = join(home, "runs");
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

/** A directory for a cluster that is thrown away, or not finished yet. Its marker file says whose it is and what runs in it. */
export class RunDirectory {
  readonly path: string;
  readonly #reaper: Reaper | undefined;

  private constructor(path: string, reaper: Reaper | undefined) {
    this.path = path;
    this.#reaper = reaper;
  }

  static async create(parent: string, user: RunUser | undefined, reaper?: Reaper): Promise<RunDirectory> {
    const path = await mkdtemp(join(parent, PREFIX));
    await writeFile(
      join(path, DIRECTORY_MARKER),
      JSON.stringify({ owner: await ourselves(), processes: [] }),
    );
    reaper?.watchDirectory(path);
    // Postgres's user passes through, and owns no more than the data directory in it.
    if (user) await chmod(path, 0o711);
    return new RunDirectory(path, reaper);
  }

  get dataDirectory(): string {
    return join(this.path, "data");
  }

  /** Notes the process that runs in it, for the case that neither we nor our reaper live to end it. */
  async noteProcess(pid: number): Promise<void> {
    const identity = await identifyProcess(pid);
    const processes: WatchedProcess[] = identity ? [{ ...identity, stopSignal: "SIGQUIT" }] : [];
    await writeFile(
      join(this.path, DIRECTORY_MARKER),
      JSON.stringify({ owner: await ourselves(), processes }),
    );
  }

  async remove(): Promise<void> {
    await rm(this.path, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 });
    this.#reaper?.forgetDirectory(this.path);
  }
}

/** Reaps what earlier runs left in `parent` because they were killed together with their reaper. Never fails. */
export async function reapAbandonedRuns(parent: string): Promise<void> {
  const names = await readdir(parent).catch(() => []);
  const ours = names.filter((name) => name.startsWith(PREFIX)).map((name) => join(parent, name));
  await Promise.allSettled(ours.map(reapIfAbandoned));
}

async function reapIfAbandoned(path: string): Promise<void> {
  const file = join(path, DIRECTORY_MARKER);
  const [text, { mtimeMs, uid }] = await Promise.all([readFile(file, "utf8"), stat(file)]);
  if (process.getuid !== undefined && uid !== process.getuid()) return; // another user's run, in /dev/shm
  const { owner, processes } = JSON.parse(text) as Marker;
  if (await isGone(owner, Date.now() - mtimeMs, UNKNOWN_OWNER_LIMIT)) await reap(processes, [path]);
}
