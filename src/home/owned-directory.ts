import { randomBytes } from "node:crypto";
import { chmod, lstat, mkdir, readdir, readFile, rm, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import { isJsonObject } from "../json-object.ts";
import { parseJson } from "../parse-json.ts";
import { exists } from "../reaper/process-identity.ts";
import { DIRECTORY_MARKER, reap } from "../reaper/reap.ts";
import type { Reaper } from "../reaper/reaper.ts";
import { isGone, ourselves, parseOwner } from "./owner.ts";
import type { RunUser } from "./run-user.ts";
import { writeAtOnce } from "./write-at-once.ts";

const PREFIX = "hindsight-testkit-";
/** What `OwnedDirectory.create` names a directory: it says who makes it before the marker does. */
const NAME = /^hindsight-testkit-(\d+)-[0-9a-f]{12}$/;

/** How old the directory of an owner that cannot be looked up may be, in milliseconds. */
const UNKNOWN_OWNER_LIMIT = 24 * 60 * 60_000;
/** How long there may be nothing in a directory that is being made. */
const EMPTY_LIMIT = 1_000;

/**
 * A directory for what is thrown away, or not finished yet. Its marker file says whose it is, so that it is removed when we
 * cannot do so: by the reaper, or by `reapAbandonedDirectories` in a later process.
 */
export class OwnedDirectory {
  readonly path: string;
  readonly #reaper: Reaper | undefined;

  private constructor(path: string, reaper: Reaper | undefined) {
    this.path = path;
    this.#reaper = reaper;
  }

  /** @param options.user passes through the directory, and can be given others in it. */
  static async create(
    parent: string,
    { user, reaper }: { user?: RunUser | undefined; reaper?: Reaper | undefined } = {},
  ): Promise<OwnedDirectory> {
    const owner = await ourselves();
    const path = join(parent, `${PREFIX}${process.pid}-${randomBytes(6).toString("hex")}`);
    // Told first: we may be killed before the next line.
    reaper?.watchDirectory(path);
    const directory = new OwnedDirectory(path, reaper);
    try {
      await mkdir(path, { mode: 0o700 });
      writeAtOnce(join(path, DIRECTORY_MARKER), JSON.stringify({ owner }));
      if (user) await chmod(path, 0o711);
      return directory;
    } catch (error) {
      await directory.remove();
      throw error;
    }
  }

  async remove(): Promise<void> {
    await rm(this.path, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 });
    this.#reaper?.forgetDirectory(this.path);
  }
}

/** What others left in `parent` because they were killed together with their reaper. Never fails. */
export async function abandonedDirectories(parent: string): Promise<string[]> {
  const names = await readdir(parent).catch(() => []);
  const ours = names.filter((name) => name.startsWith(PREFIX)).map((name) => join(parent, name));
  // What vanishes meanwhile is not abandoned any more.
  const abandoned = await Promise.all(ours.map((path) => isAbandoned(path).catch(() => false)));
  return ours.filter((_, place) => abandoned[place]);
}

/** Reaps what others left in `parent`. Never fails. */
export async function reapAbandonedDirectories(parent: string): Promise<void> {
  await reap([], await abandonedDirectories(parent));
}

async function isAbandoned(path: string): Promise<boolean> {
  // Of a link too, by which another user could lead us elsewhere.
  const { mtimeMs, uid } = await lstat(path);
  if (process.getuid !== undefined && uid !== process.getuid()) return false; // another user's, in a directory that is shared
  const marker = join(path, DIRECTORY_MARKER);
  const text = await readFile(marker, "utf8").catch(() => undefined);
  if (text === undefined) return hasNoMaker(path, Date.now() - mtimeMs);
  const value = parseJson(text);
  const owner = isJsonObject(value) ? parseOwner(value.owner) : undefined;
  if (owner === undefined) return false;
  const age = Date.now() - (await stat(marker)).mtimeMs;
  return await isGone(owner, age, UNKNOWN_OWNER_LIMIT);
}

/** Whoever made it was killed before its marker was in place; nothing else can be in it yet. */
function hasNoMaker(path: string, age: number): boolean {
  const pid = Number(NAME.exec(basename(path))?.[1]);
  return !Number.isNaN(pid) && !exists(pid) && age >= EMPTY_LIMIT;
}
