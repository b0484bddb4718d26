import { randomUUID } from "node:crypto";
import { link, readdir, rm, unlink, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import type { Deadline } from "./deadline.ts";
import { timeLeft } from "./deadline.ts";
import { isClaimStale, isLockStale, readHolder } from "./lock-holder.ts";
import { nextChange } from "./next-change.ts";
import { ourselves } from "./owner.ts";

/** The release of a lock is an event in its directory; the death of its owner is none, and is looked for this often. */
const CHECK_OWNER_EVERY = 500;

/** What follows a lock's name in the names of its other files: ids, and that it is only a claim. */
const TRACE = /^(?:\.[0-9a-f]+-[0-9a-f-]+)+(\.claim)?$/;

/** How long to wait, and what to say when that was in vain. */
interface Patience {
  deadline: Deadline;
  onTimeout: (owner: number | undefined) => Error;
}

/**
 * Runs `work` while no other process does so under this lock. The lock of a process that died is broken. One exception: an
 * owner in another container that shares the directory cannot be looked up, and has lost its lock after five minutes; what
 * is made under a lock is therefore put in place atomically.
 *
 * @param path the lock's file, in a directory that exists.
 * @param onTimeout makes the error for the case that others hold it until the deadline; it is told their process id.
 */
export async function withLock<T>(
  path: string,
  deadline: Deadline,
  onTimeout: (owner: number | undefined) => Error,
  work: () => Promise<T>,
): Promise<T> {
  const patience = { deadline, onTimeout };
  const id = randomUUID();
  const claim = `${path}.${id}.claim`;
  // Written first and linked then, so that nobody finds a lock that does not say whose it is.
  try {
    await writeFile(claim, JSON.stringify({ ...(await ourselves()), id }));
    await acquire(claim, path, patience);
  } finally {
    await rm(claim, { force: true });
  }
  try {
    await removeTraces(path, patience);
    return await work();
  } finally {
    // The directory may be gone, with the lock in it.
    if ((await readHolder(path).catch(() => undefined))?.id === id) await unlink(path).catch(() => {});
  }
}

async function acquire(claim: string, path: string, patience: Patience): Promise<void> {
  for (;;) {
    // Watched from before the attempt, so that no release falls between the two.
    const change = nextChange(dirname(path));
    try {
      if (await take(claim, path)) return;
      if (await breakIfStale(path, patience)) continue;
      if (performance.now() > patience.deadline) {
        throw patience.onTimeout((await readHolder(path))?.owner?.pid);
      }
      await change.within(Math.min(CHECK_OWNER_EVERY, timeLeft(patience.deadline)));
    } finally {
      change.ignore();
    }
  }
}

async function take(claim: string, path: string): Promise<boolean> {
  try {
    await link(claim, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

/** @returns whether the lock may be free now. */
async function breakIfStale(path: string, { deadline, onTimeout }: Patience): Promise<boolean> {
  const holder = await readHolder(path);
  if (holder === undefined) return true;
  if (!(await isLockStale(holder))) return false;
  // Several may find it stale, and what the second removes would be the new lock of the first. So they look again, one after
  // the other, under a lock that belongs to this one stale lock.
  await withLock(`${path}.${holder.id}`, deadline, onTimeout, async () => {
    if ((await readHolder(path))?.id === holder.id) await unlink(path);
  });
  return true;
}

/** Removes what processes left that were killed while they waited for the lock, or broke it. */
async function removeTraces(path: string, patience: Patience): Promise<void> {
  const name = basename(path);
  for (const other of await readdir(dirname(path))) {
    const [isTrace, isClaim] = (other.startsWith(name) && TRACE.exec(other.slice(name.length))) || [];
    if (!isTrace) continue;
    const trace = join(dirname(path), other);
    if (!isClaim) await breakIfStale(trace, patience);
    else if (await isClaimOfDead(trace)) await rm(trace, { force: true });
  }
}

async function isClaimOfDead(path: string): Promise<boolean> {
  const holder = await readHolder(path);
  return holder !== undefined && (await isClaimStale(holder));
}
