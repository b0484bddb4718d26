import { readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";

/** Thirty days, in milliseconds. */
const UNUSED_AFTER = 30 * 24 * 60 * 60_000;

/** Removes what nobody has used for a month: clusters of schemas that were replaced long ago. Never fails. */
export async function pruneUnused(directory: string): Promise<void> {
  const names = await readdir(directory).catch(() => []);
  await Promise.allSettled(
    names.map(async (name) => {
      const path = join(directory, name);
      const { mtimeMs } = await stat(path);
      if (Date.now() - mtimeMs > UNUSED_AFTER) await rm(path, { recursive: true, force: true });
    }),
  );
}
