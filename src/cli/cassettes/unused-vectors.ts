import { readdir, readFile, stat } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { readHeader } from "../../gateway/cassette/file.ts";
import { findCassetteFiles } from "../../gateway/cassette/find.ts";
import { isVectorFile, vectorFiles, vectorPath } from "../../gateway/cassette/vector-file.ts";

/**
 * The vectors that no cassette names any more: those in the named folders, and those of the named cassettes.
 * @param cassettes those of tests. Only what lies beside one is known to be a recording's.
 */
export async function unusedVectors(
  paths: readonly string[],
  cassettes: readonly string[],
): Promise<Set<string>> {
  const folders = new Set(cassettes.map((cassette) => dirname(cassette)));
  const found = new Set<string>();
  for (const path of paths.length > 0 ? paths.map((given) => resolve(given)) : [process.cwd()]) {
    if ((await stat(path)).isDirectory()) {
      for await (const file of findCassetteFiles(path, ".f32")) {
        if (isVectorFile(file) && folders.has(dirname(file))) found.add(file);
      }
    } else if (cassettes.includes(path)) {
      for (const file of await vectorFiles(path)) found.add(file);
    }
  }
  for (const folder of folders) {
    for (const file of await namedIn(folder)) found.delete(file);
  }
  return found;
}

/** What the cassettes of a folder name, of whichever tests they are. */
async function namedIn(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch(() => []);
  const cassettes = names.filter((name) => name.endsWith(".jsonl")).map((name) => join(folder, name));
  const named = cassettes.map(async (cassette) => {
    const header = readHeader(await readFile(cassette, "utf8").catch(() => ""));
    // Of a cassette that cannot be read nobody knows what it names.
    if (!header) return vectorFiles(cassette);
    return header.vectors === undefined ? [] : [vectorPath(cassette, header.vectors)];
  });
  return (await Promise.all(named)).flat();
}
