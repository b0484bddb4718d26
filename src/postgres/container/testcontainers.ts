import { createRequire } from "node:module";
import { join } from "node:path";
import type * as Testcontainers from "testcontainers";
import { ContainerUnavailableError } from "../../errors/container-unavailable-error.ts";
import { packageRoot } from "../../package-root.ts";

/** An optional peer: whoever wants containers installs it. */
const LIBRARY = "testcontainers";

/** What is used of the library: how it finds the engine, and how it speaks to it. */
export type Library = Pick<typeof Testcontainers, "getContainerRuntimeClient" | "ImageName">;

/**
 * Loads the user's copy: the one that stands beside this package, or that of the project in the working directory, when this package
 * was linked into it. By `require`, which Jest has in test files as well.
 * @param places directories to look from.
 * @throws ContainerUnavailableError
 */
export function loadTestcontainers(places: readonly string[] = [packageRoot(), process.cwd()]): Library {
  let cause: unknown;
  for (const place of places) {
    try {
      const library: unknown = createRequire(join(place, "package.json"))(LIBRARY);
      if (isLibrary(library)) return library;
      throw new ContainerUnavailableError(
        `The package ${LIBRARY} is there, but not in a version that is known here (11).`,
      );
    } catch (error) {
      if (!isMissing(error)) throw loadFailure(error);
      cause = error;
    }
  }
  throw new ContainerUnavailableError(`The package ${LIBRARY} is not installed.`, cause);
}

/** By its code and its words: in Jest's test files the error is of another realm. */
function isMissing(error: unknown): boolean {
  const { code, message } = Object(error) as { code?: unknown; message?: unknown };
  return code === "MODULE_NOT_FOUND" && String(message).includes(`'${LIBRARY}'`);
}

function loadFailure(error: unknown): ContainerUnavailableError {
  if (error instanceof ContainerUnavailableError) return error;
  const reason = error instanceof Error ? error.message : String(error);
  return new ContainerUnavailableError(`The package ${LIBRARY} could not be loaded: ${reason}`, error);
}

function isLibrary(value: unknown): value is Library {
  return (
    typeof value === "object" &&
    value !== null &&
    "getContainerRuntimeClient" in value &&
    typeof value.getContainerRuntimeClient === "function" &&
    "ImageName" in value
  );
}
