import { TestkitError } from "../../errors/testkit-error.ts";

/** The error for a file, or directory, of profiles that the file system refuses. */
export function unusable(path: string, error: unknown): TestkitError {
  const reason = error instanceof Error ? error.message : String(error);
  return new TestkitError("PROFILE_STORE_UNUSABLE", { what: `${path}: ${reason}.`, cause: error });
}
