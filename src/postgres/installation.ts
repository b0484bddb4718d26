import { constants, existsSync } from "node:fs";
import {
  chmod,
  copyFile,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  symlink,
} from "node:fs/promises";
import { basename, dirname, join, relative } from "node:path";
import { TestkitError } from "../errors/testkit-error.ts";
import type { Deadline } from "../home/deadline.ts";
import { withLock } from "../home/lock.ts";
import type { PostgresBinaries } from "./platform.ts";

/** Postgres's programs, ready to run. */
export interface Installation {
  directory: string;
  program(name: "initdb" | "postgres" | "pg_ctl"): string;
}

/** A link between two files, both relative to the installation: `lib/libpq.so.5` to `lib/libpq.so.5.17`. */
interface Link {
  source: string;
  target: string;
}

/** Static libraries and what only compilers need: a quarter of the files, and never loaded. */
const NOT_NEEDED = /(\.a|pkgconfig|pgxs)$/;

/**
 * Makes, or finds, a copy of the platform package's binaries in the cache directory, with the links to its libraries that
 * the package makes in an install script: npm and pnpm do not run it everywhere, and node_modules may be read-only, or
 * closed to the user that Postgres runs as. Any number of processes may do so at once.
 * @throws TestkitError POSTGRES_INSTALL_FAILED
 */
export async function installPostgres(options: {
  binaries: PostgresBinaries;
  /** The cache directory. */
  home: string;
  deadline: Deadline;
  /** Told how long the copy took, when one had to be made. */
  onInstalled?: ((ms: number) => void) | undefined;
}): Promise<Installation> {
  const { binaries, home, deadline } = options;
  const directory = join(home, "postgres", `${binaries.version}-${binaries.platform}`);
  const failed = (what: string, cause?: unknown) =>
    new TestkitError("POSTGRES_INSTALL_FAILED", { what: `${directory}: ${what}`, cause });
  try {
    const links = await readLinks(binaries.native);
    if (!(await isComplete(binaries.native, links, directory))) {
      const began = performance.now();
      await mkdir(dirname(directory), { recursive: true });
      await chmod(dirname(directory), 0o755);
      await withLock(
        `${directory}.lock`,
        deadline,
        (owner) => failed(`process ${owner} has been making it for too long.`),
        async () => {
          if (!(await isComplete(binaries.native, links, directory)))
            await install(binaries.native, links, directory);
        },
      );
      options.onInstalled?.(performance.now() - began);
    }
  } catch (error) {
    if (TestkitError.is(error)) throw error;
    throw failed(error instanceof Error ? error.message : String(error), error);
  }
  const extension = process.platform === "win32" ? ".exe" : "";
  return { directory, program: (name) => join(directory, "bin", name + extension) };
}

/** The links that the package's install script would make. Windows has none. */
async function readLinks(native: string): Promise<Link[]> {
  const list = join(native, "pg-symlinks.json");
  if (!existsSync(list)) return [];
  const links = JSON.parse(await readFile(list, "utf8")) as Link[];
  // There they are relative to the package.
  const inside = (path: string) => relative("native", path);
  return links.map(({ source, target }) => ({ source: inside(source), target: inside(target) }));
}

/** Whether all programs and libraries are there, whole. The data in share is put in place together with them. */
async function isComplete(native: string, links: Link[], directory: string): Promise<boolean> {
  const isWhole = async (source: string, target: string) => {
    const [original, copy] = await Promise.all([stat(source), stat(target)]);
    return original.size === copy.size;
  };
  const filesOf = async (folder: string) => {
    const entries = await readdir(join(native, folder), { withFileTypes: true });
    const files = entries.filter((entry) => entry.isFile() && !NOT_NEEDED.test(entry.name));
    return files.map(({ name }) => join(folder, name));
  };
  try {
    // Every list is there before the first file is looked at: a check that fails while a list is still awaited would be a
    // rejection that nobody handles, and end the process.
    const files = (await Promise.all([filesOf("bin"), filesOf("lib")])).flat();
    const checks = [
      ...files.map((file) => isWhole(join(native, file), join(directory, file))),
      ...links.map(({ source, target }) => isWhole(join(native, source), join(directory, target))),
    ];
    return !(await Promise.all(checks)).includes(false);
  } catch {
    return false;
  }
}

/** Makes the copy beside its place and then moves it there. Only the lock's owner does. */
async function install(native: string, links: Link[], directory: string): Promise<void> {
  const [parent, prefix] = [dirname(directory), `${basename(directory)}.building-`];
  for (const name of await readdir(parent)) {
    // Of a process that was killed.
    if (name.startsWith(prefix)) await rm(join(parent, name), { recursive: true, force: true });
  }
  const building = await mkdtemp(join(parent, prefix));
  try {
    for (const folder of ["bin", "lib", "share"]) {
      await copyFolder(join(native, folder), join(building, folder));
    }
    for (const { source, target } of links) {
      const path = join(building, target);
      if (process.platform === "win32") await copyFile(join(building, source), path);
      else await symlink(relative(dirname(path), join(building, source)), path);
    }
    await chmod(building, 0o755);
    await replace(directory, building);
  } finally {
    await rm(building, { recursive: true, force: true });
  }
}

/** Files only: links are made from the package's list, whether or not its install script has run. */
async function copyFolder(from: string, to: string): Promise<void> {
  await mkdir(to);
  // Explicit modes: the package may have been installed under a umask that shuts others out.
  await chmod(to, 0o755);
  const entries = (await readdir(from, { withFileTypes: true })).filter(({ name }) => !NOT_NEEDED.test(name));
  await Promise.all(
    entries.map(async (entry) => {
      const [source, target] = [join(from, entry.name), join(to, entry.name)];
      if (entry.isDirectory()) await copyFolder(source, target);
      else if (entry.isFile()) {
        await copyFile(source, target, constants.COPYFILE_FICLONE);
        await chmod(target, 0o755);
      }
    }),
  );
}

/** Puts a complete directory in the place of a missing or broken one. */
async function replace(directory: string, complete: string): Promise<void> {
  const broken = `${complete}-broken`;
  await rename(directory, broken).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "ENOENT") throw error;
  });
  await rename(complete, directory);
  await rm(broken, { recursive: true, force: true });
}
