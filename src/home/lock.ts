import { randomUUID } from "node:crypto";
import { watch } from "node:fs";
import { link, readFile, rename, rm, stat, unlink, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { Deadline } from "./deadline.ts";
import { timeLeft } from "./deadline.ts";
import type { Owner } from "./owner.ts";
import { isGone, ourselves } from "./owner.ts";

/** The release of a lock is an event in its directory; the death of its owner is none, and is looked for this often. */
const CHECK_OWNER_EVERY = 500;
/** How long the lock of an owner that cannot be looked up is respected, in milliseconds. */
const UNKNOWN_OWNER_LIMIT = 5 * 60_000;

/**
 * Runs `work` while no other process does so under this lock. The lock of a process that died is broken. It saves
 * work, and is no more than that: should two ever hold it, what they make must be put in place atomically.
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
  const claim = `${path}.${randomUUID()}`;
  // Written first and linked then, so that nobody finds a lock that does not say whose it is.
  await writeFile(claim, JSON.stringify(await ourselves()));
  try {
    await acquire(claim, path, deadline, onTimeout);
    try {
      return await work();
    } finally {
      await unlink(path).catch(() => {});
    }
  } finally {
    await rm(claim, { force: true });
  }
}

async function acquire(
  claim: string,
  path: string,
  deadline: Deadline,
  onTimeout: (owner: number | undefined) => Error,
): Promise<void> {
  for (;;) {
    // Watched from before the attempt, so that no release falls between the two.
    const change = nextChange(dirname(path));
    try {
      if (await take(claim, path)) return;
      if (await breakIfStale(path)) continue;
      if (performance.now() > deadline) throw onTimeout((await readOwner(path))?.pid);
      await change.within(Math.min(CHECK_OWNER_EVERY, timeLeft(deadline)));
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

async function readOwner(path: string): Promise<Owner | undefined> {
  const text = await readFile(path, "utf8").catch(() => undefined);
  return text === undefined ? undefined : (JSON.parse(text) as Owner);
}

async function breakIfStale(path: string): Promise<boolean> {
  const age = await stat(path).then(
    ({ ctimeMs }) => Date.now() - ctimeMs,
    () => undefined,
  );
  const owner = await readOwner(path);
  if (age === undefined || owner === undefined) return true; // released meanwhile
  if (!(await isGone(owner, age, UNKNOWN_OWNER_LIMIT))) return false;
  // Of several that find it stale, one succeeds in moving it away.
  const stale = `${path}.${randomUUID()}`;
  await rename(path, stale).catch(() => {});
  await rm(stale, { force: true });
  return true;
}

/** Watches a directory for its next change. */
function nextChange(directory: string): { within(ms: number): Promise<void>; ignore(): void } {
  const abort = new AbortController();
  const changed = new Promise<void>((resolve) => {
    try {
      const watcher = watch(directory, { signal: abort.signal }, () => resolve());
      watcher.on("error", () => {}); // no watch can be had: the timeout remains
    } catch {
      // As above.
    }
  });
  return {
    within: (ms) => Promise.race([changed, delay(ms, undefined, { signal: abort.signal })]),
    ignore: () => abort.abort(),
  };
}
