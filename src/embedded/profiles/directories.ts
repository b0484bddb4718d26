import { chmod, mkdir, readdir, readFile, rm } from "node:fs/promises";
import { dirname, join } from "node:path";

/** What the name of a directory that is being removed begins with; no profile's does. */
export const TRASH = ".deleted-";

/**
 * Makes a directory that only we may look into, whatever the umask is. Where we are root, Postgres's user can pass through
 * to its own, and no more.
 */
export async function makeDirectory(path: string): Promise<void> {
  const first = await mkdir(path, { recursive: true });
  if (first === undefined) return;
  if (process.getuid?.() !== 0) return await chmod(path, 0o700);
  for (let made = path; made.length >= first.length; made = dirname(made)) await chmod(made, 0o711);
}

export function readText(path: string): Promise<string> {
  return readFile(path, "utf8");
}

/** Removes what deletions left, also those that were killed. */
export async function sweep(directory: string): Promise<void> {
  const names = await readdir(directory);
  const left = names.filter((name) => name.startsWith(TRASH));
  for (const name of left) {
    await rm(join(directory, name), { recursive: true, force: true, maxRetries: 5, retryDelay: 50 });
  }
}
