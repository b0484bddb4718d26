import { randomBytes } from "node:crypto";
import { mkdir, open, readdir, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";

/**
 * Writes a file so that, whatever happens meanwhile, it holds either what it held before or all of `content`.
 * @param mode the file's rights, whatever the umask is. Left out: what the umask leaves of 0666.
 */
export async function writeFileAtomically(
  path: string,
  content: string | Buffer,
  mode?: number,
): Promise<void> {
  const directory = dirname(path);
  await mkdir(directory, { recursive: true });
  // In the same directory, as a rename does not cross file systems. Each write has its own: the gateways of two projects may
  // write one file at once.
  const temporary = `${path}.${randomBytes(4).toString("hex")}.tmp`;
  try {
    const file = await open(temporary, "w", mode);
    try {
      if (mode !== undefined) await file.chmod(mode);
      await file.writeFile(content);
      // Else, after a power failure, the new name could stand for an empty file.
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

/** Removes what writes of this file left that were killed. Only for who knows that nobody writes it now. */
export async function removeUnfinishedWrites(path: string): Promise<void> {
  const names = await readdir(dirname(path));
  const unfinished = names.filter(
    (name) =>
      name.startsWith(basename(path)) && /^\.[0-9a-f]{8}\.tmp$/.test(name.slice(basename(path).length)),
  );
  await Promise.all(unfinished.map((name) => rm(join(dirname(path), name), { force: true })));
}
