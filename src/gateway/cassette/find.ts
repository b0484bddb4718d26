import { access, readdir, readFile } from "node:fs/promises";
import { basename, dirname, join, sep } from "node:path";
import { readHeader } from "./file.ts";
import { CASSETTE_FOLDER, cassettePath } from "./path.ts";

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

/**
 * The test file that a cassette lies beside, whether or not it is still there; `undefined` for what is no cassette, and for one
 * that is called as a test wants it to be: any other test may have that one too.
 */
export async function testFileOf(cassette: string): Promise<string | undefined> {
  const folder = dirname(cassette);
  const cassettes = dirname(folder);
  if (basename(cassettes) !== CASSETTE_FOLDER) return undefined;
  const header = readHeader(await readFile(cassette, "utf8").catch(() => ""));
  if (!header) return undefined;
  const file = join(dirname(cassettes), basename(folder));
  // Some file systems hand names out in another form than they were given.
  return cassettePath(file, header.test).normalize() === cassette.normalize() ? file : undefined;
}

export function fileExists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
