import { readFile, rm } from "node:fs/promises";
import { relative } from "node:path";
import { TestkitError } from "../../errors/testkit-error.ts";
import { resolveBlocks } from "../key.ts";
import type { SecretScanner } from "../secrets.ts";
import { writeFileAtomically } from "./atomic-write.ts";
import type { Cassette } from "./cassette.ts";
import { parseCassette, serialiseCassette } from "./file.ts";

/** A cassette's path as messages show it. */
export function shownPath(path: string): string {
  return relative(process.cwd(), path);
}

/**
 * @returns `undefined` when there is no such file.
 * @throws TestkitError `CASSETTE_INVALID`
 */
export async function loadCassette(path: string): Promise<Cassette | undefined> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    const reason = error instanceof Error ? error.message : String(error);
    throw new TestkitError("CASSETTE_INVALID", { what: `${shownPath(path)}: ${reason}.`, cause: error });
  }
  return parseCassette(text, shownPath(path));
}

/**
 * Replaces a test's cassette. One without entries is removed: a test that asks nothing has no cassette.
 *
 * @returns the path, or `null` when there was nothing to write.
 * @throws TestkitError `CASSETTE_SECRET`, and the file stays as it was
 */
export async function saveCassette(
  path: string,
  cassette: Cassette,
  secrets: SecretScanner,
): Promise<string | null> {
  if (cassette.entries.length === 0) {
    await rm(path, { force: true });
    return null;
  }
  refuseSecrets(path, cassette, secrets);
  await writeFileAtomically(path, serialiseCassette(cassette));
  return path;
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
      response,
    };
    found = secrets.find(searched, `entry ${request.key.slice(0, 8)}`);
  }
  if (!found) return;
  throw new TestkitError("CASSETTE_SECRET", {
    what: `${shownPath(path)} was not written: ${found.field} holds ${found.kind}.`,
  });
}
