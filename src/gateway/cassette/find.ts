import { readdir } from "node:fs/promises";
import { basename, dirname, join, sep } from "node:path";

export const CASSETTE_FOLDER = "__cassettes__";
/** Other people's tests, and what tools keep for themselves. */
const PASSED_OVER = /^(node_modules$|\.)/;

/**
 * The files with these extensions that are in the `__cassettes__` folders at and below a folder, in the order of their
 * paths. Links are not followed, and a folder that cannot be read is passed over.
 */
export async function* findCassetteFiles(
  folder: string,
  ...extensions: (".jsonl" | ".f32")[]
): AsyncGenerator<string> {
  const isInside = folder.split(sep).includes(CASSETTE_FOLDER);
  const children = await readdir(folder, { withFileTypes: true }).catch(() => []);
  children.sort((a, b) => (a.name < b.name ? -1 : 1));
  for (const child of children) {
    const path = join(folder, child.name);
    if (child.isDirectory()) {
      if (!PASSED_OVER.test(child.name)) yield* findCassetteFiles(path, ...extensions);
    } else if (isInside && child.isFile() && extensions.some((extension) => child.name.endsWith(extension))) {
      yield path;
    }
  }
}

/** The test file that a cassette lies beside; `undefined` when it is not where cassettes are put. */
export function testFileOf(cassette: string): string | undefined {
  const folder = dirname(cassette);
  const cassettes = dirname(folder);
  return basename(cassettes) === CASSETTE_FOLDER ? join(dirname(cassettes), basename(folder)) : undefined;
}
