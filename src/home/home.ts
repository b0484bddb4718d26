import { accessSync, chmodSync, constants, lstatSync, mkdirSync, realpathSync, statSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { basename, dirname, isAbsolute, join, resolve } from "node:path";
import { TestkitError } from "../errors/testkit-error.ts";
import type { RunUser } from "./run-user.ts";

/** Whether the user may enter the directory and all of its parents. */
export function canEnter(directory: string, user: Pick<RunUser, "uid" | "gid">): boolean {
  for (let path = realpathSync(directory); ; path = dirname(path)) {
    const { mode, uid, gid } = statSync(path);
    const bit = uid === user.uid ? 0o100 : gid === user.gid ? 0o010 : 0o001;
    if ((mode & bit) === 0) return false;
    if (path === dirname(path)) return true;
  }
}

/** Makes the directory, open to Postgres's user whatever the umask is. */
function make(directory: string, user: RunUser | undefined): void {
  const first = mkdirSync(directory, { recursive: true });
  if (first === undefined || user === undefined) return;
  for (let path = directory; path.length >= first.length; path = dirname(path)) chmodSync(path, 0o755);
}

/**
 * Why the directory cannot serve, or undefined when it can.
 * @param shared anybody could have made it before us, with binaries of his own in it.
 */
function obstacle(directory: string, shared: boolean, user: RunUser | undefined): string | undefined {
  try {
    make(directory, user);
    accessSync(directory, constants.R_OK | constants.W_OK | constants.X_OK);
    if (shared && lstatSync(directory).uid !== process.getuid?.()) return "it belongs to another user";
    if (user !== undefined && !canEnter(directory, user)) return `the user ${user.name} may not enter it`;
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** Where programs keep what is theirs alone, on Windows. */
function localAppData(env: NodeJS.ProcessEnv): string {
  return join(env.LOCALAPPDATA ?? join(homedir(), "AppData", "Local"), "hindsight-testkit");
}

function userCache(user: RunUser | undefined, env: NodeJS.ProcessEnv): string {
  if (process.platform === "win32") return join(localAppData(env), "Cache");
  const mac = process.platform === "darwin";
  // Root's own home is closed to the user that Postgres runs as.
  if (user !== undefined) return join(mac ? "/Library/Caches" : "/var/cache", "hindsight-testkit");
  if (mac) return join(homedir(), "Library", "Caches", "hindsight-testkit");
  return join(env.XDG_CACHE_HOME || join(homedir(), ".cache"), "hindsight-testkit");
}

/**
 * The cache directory, which exists, is writable, and can be entered by the user that Postgres runs as:
 * `HINDSIGHT_TESTKIT_HOME`, or the platform's place for caches, or else one in the temporary directory.
 * @throws TestkitError CACHE_DIRECTORY_UNUSABLE
 */
export function testkitHome(user: RunUser | undefined, env: NodeJS.ProcessEnv = process.env): string {
  const chosen = env.HINDSIGHT_TESTKIT_HOME;
  const fallback = join(tmpdir(), `hindsight-testkit-${process.getuid?.() ?? "cache"}`);
  const candidates = chosen ? [resolve(chosen)] : [userCache(user, env), fallback];
  const obstacles: string[] = [];
  for (const candidate of candidates) {
    // Windows's temporary directory is the user's own.
    const shared = candidate === fallback && process.platform !== "win32";
    const found = obstacle(candidate, shared, user);
    if (found === undefined) return candidate;
    obstacles.push(`${candidate}: ${found}`);
  }
  throw new TestkitError("CACHE_DIRECTORY_UNUSABLE", { what: `${obstacles.join("; ")}.` });
}

/**
 * Where profiles are: `HINDSIGHT_TESTKIT_HOME`, or the platform's place for a program's data. It is another than the cache, which
 * people delete, and no temporary directory stands in for it. It need not exist.
 */
export function dataHome(env: NodeJS.ProcessEnv = process.env): string {
  return byOneName(platformData(env));
}

/** Two names for one directory, as links give it, would make two homes of it: one's daemon a stranger to the other. */
function byOneName(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    const parent = dirname(path);
    return parent === path ? path : join(byOneName(parent), basename(path));
  }
}

function platformData(env: NodeJS.ProcessEnv): string {
  if (env.HINDSIGHT_TESTKIT_HOME) return resolve(env.HINDSIGHT_TESTKIT_HOME);
  if (process.platform === "win32") return join(localAppData(env), "Data");
  const mac = process.platform === "darwin";
  // As with the cache: the user that Postgres runs as must be able to go there.
  if (process.getuid?.() === 0) {
    return join(mac ? "/Library/Application Support" : "/var/lib", "hindsight-testkit");
  }
  if (mac) return join(homedir(), "Library", "Application Support", "hindsight-testkit");
  // One that is not absolute would mean another place in every directory, and is to be ignored.
  const chosen = env.XDG_DATA_HOME && isAbsolute(env.XDG_DATA_HOME) ? env.XDG_DATA_HOME : undefined;
  return join(chosen ?? join(homedir(), ".local", "share"), "hindsight-testkit");
}
