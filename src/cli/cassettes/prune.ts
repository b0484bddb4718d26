import { readFile, rm, rmdir } from "node:fs/promises";
import { basename, dirname } from "node:path";
import { fileExists, testFileOf } from "../../gateway/cassette/find.ts";
import { CASSETTE_FOLDER } from "../../gateway/cassette/path.ts";
import { loadCassette, removeCassette, saveCassette } from "../../gateway/cassette/store.ts";
import { contentHash, readAllNotes, type UnusedNotes } from "../../gateway/cassette/unused-notes.ts";
import { vectorFiles } from "../../gateway/cassette/vector-file.ts";
import { blocksOf } from "../../gateway/key.ts";
import { plural } from "../../gateway/plural.ts";
import { SecretScanner } from "../../gateway/secrets.ts";
import { type OutputFlags, print, shown } from "../output.ts";
import { cassettesIn } from "./paths.ts";
import { unusedVectors } from "./unused-vectors.ts";

interface PruneFlags extends OutputFlags {
  dryRun?: boolean;
}

interface Pruned {
  path: string;
  reason: string;
  /** How many entries of a cassette that stays; `undefined`: the whole file. */
  entries?: number;
}

/**
 * `cassettes prune`: removes what no test can ask for any more. With `--dry-run` it lists that only. What is no cassette, or is
 * not where a test's own is put, is left alone: it may be another tool's, or several tests'.
 */
export async function prune(paths: string[], flags: PruneFlags): Promise<void> {
  const isDryRun = flags.dryRun ?? false;
  const notes = await readAllNotes(process.cwd());
  const owned = await cassettesOfTests(paths);
  const vectors = await unusedVectors(paths, [...owned.keys()]);
  const removed: Pruned[] = [];
  for (const [cassette, testFile] of owned) {
    const reason = await whyRemoved(cassette, testFile, notes);
    if (reason === undefined) {
      const entries = await pruneEntries(cassette, notes, isDryRun);
      if (entries > 0) {
        removed.push({ path: shown(cassette), reason: "its passing test does not ask for them", entries });
      }
      continue;
    }
    removed.push({ path: shown(cassette), reason });
    for (const file of await vectorFiles(cassette)) vectors.delete(file);
    if (!isDryRun) await removeCassette(cassette);
  }
  for (const file of [...vectors].sort()) {
    removed.push({ path: shown(file), reason: "no cassette names it" });
    if (!isDryRun) await rm(file, { force: true });
  }
  if (!isDryRun) for (const folder of new Set([...owned.keys()].map(dirname))) await removeIfEmpty(folder);
  print(flags, { dryRun: isDryRun, removed }, [...removed.map(line), summary(removed, isDryRun)]);
}

/** The cassettes that lie where their tests' are put, with the files of these tests. */
async function cassettesOfTests(paths: string[]): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  for (const cassette of await cassettesIn(paths)) {
    const file = await testFileOf(cassette);
    if (file !== undefined) found.set(cassette, file);
  }
  return found;
}

/** Why a cassette has no test; `undefined`: it has one, or nobody knows. */
async function whyRemoved(cassette: string, file: string, notes: UnusedNotes): Promise<string | undefined> {
  if (!(await fileExists(file))) return `${shown(file)} is gone`;
  const note = notes.get(cassette);
  if (!note || note.unused !== undefined || !(await isAsNoted(cassette, note.content))) return undefined;
  return `no test of ${shown(file)} has it`;
}

/** One that was recorded, or fetched, after the run is another. */
async function isAsNoted(cassette: string, content: string): Promise<boolean> {
  return contentHash(await readFile(cassette, "utf8")) === content;
}

/** Takes the entries out that the test, which passed, did not ask for. @returns how many. */
async function pruneEntries(path: string, notes: UnusedNotes, isDryRun: boolean): Promise<number> {
  const note = notes.get(path);
  if (!note?.unused || !(await isAsNoted(path, note.content))) return 0;
  const cassette = await loadCassette(path);
  if (!cassette) return 0;
  const { unused } = note;
  const seen = new Map<string, number>();
  const entries = cassette.entries.filter(({ request: { key } }) => {
    const place = seen.get(key) ?? 0;
    seen.set(key, place + 1);
    return !unused[key]?.includes(place);
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

async function removeIfEmpty(folder: string): Promise<void> {
  try {
    await rmdir(folder);
    if (basename(dirname(folder)) === CASSETTE_FOLDER) await rmdir(dirname(folder));
  } catch {
    // It is not empty.
  }
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
