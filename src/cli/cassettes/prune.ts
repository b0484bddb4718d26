import { access, readFile, rm, rmdir } from "node:fs/promises";
import { basename, dirname, resolve } from "node:path";
import { vectorsName } from "../../gateway/cassette/file.ts";
import { findCassetteFiles, testFileOf } from "../../gateway/cassette/find.ts";
import { loadCassette, removeCassette, saveCassette } from "../../gateway/cassette/store.ts";
import { contentHash, readAllNotes, type UnusedNotes } from "../../gateway/cassette/unused-notes.ts";
import { vectorFiles, vectorPath } from "../../gateway/cassette/vector-file.ts";
import { blocksOf } from "../../gateway/key.ts";
import { SecretScanner } from "../../gateway/secrets.ts";
import { type OutputFlags, plural, print, shown } from "./output.ts";
import { cassettesIn } from "./paths.ts";

interface PruneFlags extends OutputFlags {
  dryRun?: boolean;
}

interface Pruned {
  path: string;
  reason: string;
  /** How many entries of a cassette that stays; `undefined`: the whole file. */
  entries?: number;
}

/** `cassettes prune`: removes what no test can ask for any more. With `--dry-run` it lists that only. */
export async function prune(paths: string[], flags: PruneFlags): Promise<void> {
  const isDryRun = flags.dryRun ?? false;
  const notes = await readAllNotes(process.cwd());
  const removed: Pruned[] = [];
  const kept: string[] = [];
  const theirVectors = new Set<string>();
  for (const cassette of await cassettesIn(paths)) {
    const reason = await whyRemoved(cassette, notes);
    if (reason === undefined) {
      kept.push(cassette);
      const entries = await pruneEntries(cassette, notes, isDryRun);
      if (entries > 0) {
        removed.push({ path: shown(cassette), reason: "its passing test does not ask for them", entries });
      }
      continue;
    }
    removed.push({ path: shown(cassette), reason });
    for (const file of await vectorFiles(cassette)) theirVectors.add(file);
    if (isDryRun) continue;
    await removeCassette(cassette);
    await removeEmptyFolders(dirname(cassette));
  }
  for (const file of await vectorsWithoutCassette(paths, kept)) {
    if (theirVectors.has(file)) continue;
    removed.push({ path: shown(file), reason: "no cassette names it" });
    if (!isDryRun) await rm(file, { force: true });
  }
  print(flags, { dryRun: isDryRun, removed }, [...removed.map(line), summary(removed, isDryRun)]);
}

/** Why a cassette has no test; `undefined`: it has one, or nobody knows. */
async function whyRemoved(cassette: string, notes: UnusedNotes): Promise<string | undefined> {
  const file = testFileOf(cassette);
  if (file !== undefined && !(await exists(file))) return `${shown(file)} is gone`;
  const note = notes.get(cassette);
  if (!note || note.asked !== undefined || !(await isAsNoted(cassette, note.content))) return undefined;
  return `no test of ${shown(file ?? dirname(cassette))} has it`;
}

/** One that was recorded, or fetched, after the run is another. */
async function isAsNoted(cassette: string, content: string): Promise<boolean> {
  return contentHash(await readFile(cassette, "utf8")) === content;
}

/** Takes the entries out that the test, which passed, did not ask for. @returns how many. */
async function pruneEntries(path: string, notes: UnusedNotes, isDryRun: boolean): Promise<number> {
  const note = notes.get(path);
  if (!note?.asked || !(await isAsNoted(path, note.content))) return 0;
  const cassette = await loadCassette(path);
  if (!cassette) return 0;
  const left = new Map(Object.entries(note.asked));
  const entries = cassette.entries.filter(({ request: { key } }) => {
    const more = left.get(key);
    if (more !== undefined) left.set(key, more - 1);
    return more === undefined || more > 0;
  });
  if (!isDryRun) {
    const blocks = blocksOf(
      entries.map(({ request }) => request),
      cassette.blocks,
    );
    await saveCassette(path, { ...cassette, entries, blocks }, new SecretScanner(process.env));
  }
  return cassette.entries.length - entries.length;
}

/** @param cassettes those that stay. */
async function vectorsWithoutCassette(
  paths: readonly string[],
  cassettes: readonly string[],
): Promise<string[]> {
  const found = new Set<string>();
  for (const path of paths.length > 0 ? paths : ["."]) {
    for await (const file of findCassetteFiles(resolve(path), ".f32")) found.add(file);
  }
  const named = new Set<string>();
  for (const cassette of cassettes) {
    const beside = await vectorFiles(cassette);
    for (const file of beside) found.add(file);
    const name = vectorsName(await readFile(cassette, "utf8").catch(() => ""));
    // Of a cassette that cannot be read nobody knows what it names.
    const isReadable = await loadCassette(cassette).then(
      () => true,
      () => false,
    );
    if (name !== undefined) named.add(vectorPath(cassette, name));
    else if (!isReadable) for (const file of beside) named.add(file);
  }
  return [...found].filter((file) => !named.has(file)).sort();
}

async function removeEmptyFolders(folder: string): Promise<void> {
  try {
    await rmdir(folder);
    if (basename(dirname(folder)) === "__cassettes__") await rmdir(dirname(folder));
  } catch {
    // It is not empty.
  }
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

function line({ path, reason, entries }: Pruned): string {
  return entries === undefined
    ? `${path}: ${reason}`
    : `${path}: ${plural(entries, "entry", "entries")}, ${reason}`;
}

function summary(removed: readonly Pruned[], isDryRun: boolean): string {
  if (removed.length === 0) return "Nothing to remove.";
  const files = removed.filter(({ entries }) => entries === undefined).length;
  const entries = removed.reduce((sum, { entries: n = 0 }) => sum + n, 0);
  const what = [
    ...(files > 0 ? [plural(files, "file")] : []),
    ...(entries > 0 ? [plural(entries, "entry", "entries")] : []),
  ].join(" and ");
  return isDryRun ? `${what} would be removed.` : `${what} removed.`;
}
