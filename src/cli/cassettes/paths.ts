/** Which cassettes a command is about. */
import { stat } from "node:fs/promises";
import { resolve } from "node:path";
import { TestkitError } from "../../errors/testkit-error.ts";
import { findCassetteFiles } from "../../gateway/cassette/find.ts";

/**
 * The cassettes that are named, and those in the named folders; without names those of the working directory.
 * @returns absolute paths, each once, in the order of the names.
 * @throws TestkitError `INVALID_OPTION`
 */
export async function cassettesIn(paths: readonly string[]): Promise<string[]> {
  const found = new Set<string>();
  for (const path of paths.length > 0 ? paths : ["."]) {
    const absolute = resolve(path);
    if (await isFolder(absolute)) {
      for await (const file of findCassetteFiles(absolute, ".jsonl")) found.add(file);
    } else {
      found.add(absolute);
    }
  }
  return [...found];
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch (error) {
    throw new TestkitError("INVALID_OPTION", {
      what: `${path} cannot be read: ${error instanceof Error ? error.message : String(error)}.`,
      cause: error,
    });
  }
}
