import { constants } from "node:fs";
import { chown, copyFile, mkdir, readdir } from "node:fs/promises";
import { join } from "node:path";
import type { RunUser } from "../home/run-user.ts";

/**
 * Copies a data directory, for the user that will run Postgres on it. Several times as fast as `fs.cp`, which handles one
 * file after another and looks at each more than once.
 */
export async function copyDataDirectory(from: string, to: string, user: RunUser | undefined): Promise<void> {
  await mkdir(to, { mode: 0o700 }); // Postgres insists on this mode
  if (user) await chown(to, user.uid, user.gid);
  const entries = await readdir(from, { withFileTypes: true });
  await Promise.all(
    entries.map(async (entry) => {
      const [source, target] = [join(from, entry.name), join(to, entry.name)];
      if (entry.isDirectory()) return copyDataDirectory(source, target, user);
      await copyFile(source, target, constants.COPYFILE_FICLONE);
      if (user) await chown(target, user.uid, user.gid);
    }),
  );
}
