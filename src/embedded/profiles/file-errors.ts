import { readFile } from "node:fs/promises";
import { TestkitError } from "../../errors/testkit-error.ts";

/** The error for a file, or directory, of profiles that the file system refuses. */
export function unusable(path: string, error: unknown): TestkitError {
  const reason = error instanceof Error ? error.message : String(error);
  return new TestkitError("PROFILE_STORE_UNUSABLE", { what: `${path}: ${reason}.`, cause: error });
}

/**
 * Runs `work` on files in `path`.
 * @throws TestkitError `PROFILE_STORE_UNUSABLE` for what the file system refuses
 */
export async function onFiles<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Error && "syscall" in error) throw unusable(path, error);
    throw error;
  }
}

/** For `catch`: a file that is not there. */
export function undefinedIfMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code === "ENOENT" || error.code === "ENOTDIR") return undefined;
  throw error;
}

/** Undefined: there is no such file. */
export function readTextIfThere(path: string): Promise<string | undefined> {
  return readFile(path, "utf8").catch(undefinedIfMissing);
}
