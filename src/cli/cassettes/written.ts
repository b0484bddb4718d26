/** Which cassettes a command has written. */
import { stat } from "node:fs/promises";
import { loadCassette } from "../../gateway/cassette/store.ts";
import { cassettesIn } from "./paths.ts";

/** By path, what every writing changes, be it of the same text. */
export type CassetteStates = ReadonlyMap<string, string>;

/** The cassettes of the working directory as they are now. */
export async function cassetteStates(): Promise<CassetteStates> {
  const states = new Map<string, string>();
  for (const path of await cassettesIn([])) {
    const { ino, mtimeNs, ctimeNs } = await stat(path, { bigint: true });
    states.set(path, `${ino} ${mtimeNs} ${ctimeNs}`);
  }
  return states;
}

/** How many cassettes have been written since then. What is none, or a broken one, was not recorded. */
export async function countWritten(before: CassetteStates): Promise<number> {
  let written = 0;
  for (const [path, state] of await cassetteStates()) {
    if (state === before.get(path)) continue;
    const cassette = await loadCassette(path).catch(() => undefined);
    if (cassette) written += 1;
  }
  return written;
}
