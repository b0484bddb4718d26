/** What a run has found unused in a project's cassettes, kept until `cassettes prune` removes it. */
import { hash } from "node:crypto";
import { readdir, readFile, rm, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { writeFileAtomically } from "../../write-file-atomically.ts";
import { isJsonObject, type Json, parseJson } from "../json.ts";

const PREFIX = "unused-";

/** Of one cassette. It holds for the cassette as it was: one that has been recorded since is not known. */
export interface UnusedNote {
  /** The hash of the cassette's text. */
  content: string;
  /** By key, which of its entries nobody asked for, counted from 0; `undefined`: no test has this cassette any more. */
  unused: Record<string, number[]> | undefined;
}

/** By the cassettes' absolute paths. */
export type UnusedNotes = Map<string, UnusedNote>;

export function contentHash(text: string): string {
  return hash("sha256", text);
}

/** Where tools keep what can be had again: in the nearest `node_modules`, else in the folder itself. */
export async function cacheFolder(folder: string): Promise<string> {
  for (let at = folder; ; at = dirname(at)) {
    const modules = join(at, "node_modules");
    const isThere = await stat(modules).then(
      (found) => found.isDirectory(),
      () => false,
    );
    if (isThere) return join(modules, ".cache/hindsight-testkit");
    if (dirname(at) === at) return join(folder, "node_modules/.cache/hindsight-testkit");
  }
}

async function notesFile(root: string): Promise<string> {
  return join(await cacheFolder(root), `${PREFIX}${hash("sha256", root).slice(0, 12)}.json`);
}

/** What the runs of one project have found. */
export async function readNotesOf(root: string): Promise<UnusedNotes> {
  return readNotes(await notesFile(root));
}

export async function writeNotesOf(root: string, notes: UnusedNotes): Promise<void> {
  const path = await notesFile(root);
  if (notes.size === 0) await rm(path, { force: true });
  else await writeFileAtomically(path, `${JSON.stringify(Object.fromEntries(notes), null, 2)}\n`);
}

/** What the runs of all projects have found that share a folder's `node_modules`. */
export async function readAllNotes(folder: string): Promise<UnusedNotes> {
  const cache = await cacheFolder(folder);
  const files = await readdir(cache).catch(() => []);
  const all: UnusedNotes = new Map();
  for (const file of files.filter((name) => name.startsWith(PREFIX))) {
    for (const [path, note] of await readNotes(join(cache, file))) all.set(path, note);
  }
  return all;
}

async function readNotes(path: string): Promise<UnusedNotes> {
  const value = parseJson(await readFile(path, "utf8").catch(() => "null"));
  const notes: UnusedNotes = new Map();
  for (const [cassette, note] of Object.entries(isJsonObject(value) ? value : {})) {
    const { content, unused } = isJsonObject(note) ? note : {};
    if (typeof content !== "string") continue;
    notes.set(cassette, { content, unused: unused === undefined ? undefined : readPlaces(unused) });
  }
  return notes;
}

function readPlaces(value: Json): Record<string, number[]> {
  const byKey = Object.entries(isJsonObject(value) ? value : {});
  return Object.fromEntries(
    byKey.map(([key, places]) => [
      key,
      Array.isArray(places) ? places.filter((place) => typeof place === "number") : [],
    ]),
  );
}
