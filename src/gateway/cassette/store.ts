import { readFile, rm } from "node:fs/promises";
import { relative } from "node:path";
import { TestkitError } from "../../errors/testkit-error.ts";
import { writeFileAtomically } from "../../write-file-atomically.ts";
import { resolveBlocks } from "../key.ts";
import type { SecretScanner } from "../secrets.ts";
import type { Cassette } from "./cassette.ts";
import { parseCassette, readHeader, serialiseCassette } from "./file.ts";
import { nameOfVectors, removeOtherVectors, vectorPath } from "./vector-file.ts";

/** A cassette's path as messages show it. */
export function shownPath(path: string): string {
  return relative(process.cwd(), path);
}

/**
 * @returns `undefined` when there is no such file.
 * @throws TestkitError `CASSETTE_INVALID`
 */
export async function loadCassette(path: string): Promise<Cassette | undefined> {
  const text = (await read(path))?.toString("utf8");
  if (text === undefined) return undefined;
  const name = readHeader(text)?.vectors;
  const vectors = name === undefined ? undefined : await read(vectorPath(path, name));
  if (name !== undefined && vectors === undefined) {
    const missing = shownPath(vectorPath(path, name));
    throw new TestkitError("CASSETTE_INVALID", { what: `${missing} is missing beside ${shownPath(path)}.` });
  }
  if (name !== undefined && vectors !== undefined && nameOfVectors(vectors) !== name) {
    const changed = shownPath(vectorPath(path, name));
    throw new TestkitError("CASSETTE_INVALID", { what: `${changed} does not hold what its name says.` });
  }
  return parseCassette(text, shownPath(path), vectors);
}

/** `undefined` when there is no such file. */
async function read(path: string): Promise<Buffer | undefined> {
  try {
    return await readFile(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    const reason = error instanceof Error ? error.message : String(error);
    throw new TestkitError("CASSETTE_INVALID", { what: `${shownPath(path)}: ${reason}.`, cause: error });
  }
}

/**
 * Replaces a test's cassette. One without entries is removed: a test that asks nothing has no cassette.
 *
 * @returns the path, or `null` when there was nothing to write.
 * @throws TestkitError `CASSETTE_SECRET`, `CASSETTE_UNWRITABLE`, and the file stays as it was
 */
export async function saveCassette(
  path: string,
  cassette: Cassette,
  secrets: SecretScanner,
): Promise<string | null> {
  if (cassette.entries.length === 0) {
    await removeCassette(path);
    return null;
  }
  refuseSecrets(path, cassette, secrets);
  try {
    await write(path, cassette);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new TestkitError("CASSETTE_UNWRITABLE", {
      what: `${shownPath(path)} could not be written: ${reason}.`,
      cause: error,
    });
  }
  return path;
}

async function write(path: string, cassette: Cassette): Promise<void> {
  const { text, vectors } = serialiseCassette(cassette);
  // Vectors have a name of their own for each content: before the text is replaced the old ones are still there, and the new
  // ones already.
  if (vectors) await writeFileAtomically(vectorPath(path, vectors.name), vectors.bytes);
  await writeFileAtomically(path, text);
  await removeOtherVectors(path, vectors?.name);
}

/** Removes a cassette with its vectors. */
export async function removeCassette(path: string): Promise<void> {
  await rm(path, { force: true });
  await removeOtherVectors(path, undefined);
}

function refuseSecrets(path: string, { test, entries, blocks }: Cassette, secrets: SecretScanner): void {
  let found = secrets.find(test, "test");
  for (const { request, response } of entries) {
    if (found) break;
    const { provider, path: requestPath, model, scope, segments } = request;
    const searched = {
      provider,
      path: requestPath,
      model,
      scope,
      request: resolveBlocks(segments, blocks),
      // Numbers hide no secret.
      response: "value" in response ? null : { ...response },
    };
    found = secrets.findInEntry(searched, `entry ${request.key.slice(0, 8)}`).next().value;
  }
  if (!found) return;
  throw new TestkitError("CASSETTE_SECRET", {
    what: `${shownPath(path)} was not written: ${found.field} holds ${found.kind}.`,
  });
}
