import { readdir, readFile } from "node:fs/promises";
import { dirname, join, relative, resolve } from "node:path";
import { fileExists, testFileOf } from "../gateway/cassette/find.ts";
import { CASSETTE_FOLDER } from "../gateway/cassette/path.ts";
import {
  contentHash,
  readNotesOf,
  type UnusedNote,
  type UnusedNotes,
  writeNotesOf,
} from "../gateway/cassette/unused-notes.ts";
import type { LlmMode } from "../gateway/llm-options.ts";
import type { UnusedEntry } from "../gateway/replayer.ts";

const MOST_PATHS = 10;
const JUDGED: readonly LlmMode[] = ["replay", "auto", "record"];

/**
 * Which cassettes, and which of their entries, the tests of a run have used. A file is judged by itself, and only when all
 * of its tests ran: what was skipped or filtered out may need its cassette tomorrow.
 */
export class CassetteUsage {
  readonly #root: string;
  /** What tests have begun with, and how often. */
  readonly #begun = new Map<string, number>();
  /** Whether all tests of a file ran. */
  readonly #files = new Map<string, boolean>();
  /** By cassette, for each test that passed, what it did not ask for. */
  readonly #unused = new Map<string, (readonly UnusedEntry[])[]>();

  constructor(root: string) {
    this.#root = root;
  }

  /** A test has begun, and this is the cassette that it would be recorded in. */
  begin(cassette: string, file: string, mode: LlmMode): void {
    this.#begun.set(cassette, (this.#begun.get(cassette) ?? 0) + 1);
    this.fileEnded(file, true, mode);
  }

  /** The test has passed without these. */
  passed(cassette: string, unused: readonly UnusedEntry[]): void {
    this.#unused.set(cassette, [...(this.#unused.get(cassette) ?? []), unused]);
  }

  /** A file has ended, and so have its tests, in this mode or one of their own. One that runs in several projects is complete when it is in all of them. */
  fileEnded(path: string, isComplete: boolean, mode: LlmMode): void {
    // As cassettes are found; a runner may spell it otherwise, with slashes on Windows.
    const file = resolve(path);
    const known = this.#files.get(file) ?? true;
    // Without cassettes nobody sees which of them are needed.
    this.#files.set(file, known && isComplete && JUDGED.includes(mode));
  }

  /** Keeps what was found for `cassettes prune`. @returns what to say of it, if anything. */
  async end(): Promise<string | undefined> {
    if (this.#files.size === 0) return undefined;
    const notes = await readNotesOf(this.#root);
    const before = JSON.stringify([...notes]);
    const passed = this.#unusedOfPassed();
    for (const cassette of this.#begun.keys()) {
      // What has a test is not without one; what it asks is known only when it has passed.
      if (notes.get(cassette)?.unused === undefined || passed.has(cassette)) notes.delete(cassette);
    }
    const withoutTest = await this.#cassettesWithoutTest();
    for (const cassette of withoutTest) await note(notes, cassette, undefined);
    let entries = 0;
    for (const [cassette, unused] of passed) {
      // One that a test has called as it likes may be another test's too, which has not run.
      if (unused.length === 0 || (await testFileOf(cassette)) === undefined) continue;
      entries += unused.reduce((sum, { places }) => sum + places.length, 0);
      await note(notes, cassette, Object.fromEntries(unused.map(({ key, places }) => [key, places])));
    }
    // On a file system that cannot be written they are only told.
    let failure: unknown;
    if (JSON.stringify([...notes]) !== before) {
      await writeNotesOf(this.#root, notes).catch((error: unknown) => {
        failure = error;
      });
    }
    return this.#describe(withoutTest, entries, failure);
  }

  /** A cassette may be several tests': what all of them passed without. */
  #unusedOfPassed(): Map<string, UnusedEntry[]> {
    const all = new Map<string, UnusedEntry[]>();
    for (const [cassette, [first = [], ...others]] of this.#unused) {
      if (others.length + 1 !== this.#begun.get(cassette)) continue;
      const unused = first.flatMap((entry) => {
        const places = entry.places.filter((place) =>
          others.every((entries) =>
            entries.some(({ key, places: own }) => key === entry.key && own.includes(place)),
          ),
        );
        return places.length > 0 ? [{ ...entry, places }] : [];
      });
      all.set(cassette, unused);
    }
    return all;
  }

  async #cassettesWithoutTest(): Promise<string[]> {
    const found: string[] = [];
    const folders = new Set([...this.#files.keys()].map((file) => join(dirname(file), CASSETTE_FOLDER)));
    for (const folder of [...folders].sort()) {
      for (const name of await list(folder)) {
        const testFile = join(dirname(folder), name);
        // Of tests that did not run nobody knows; that goes for most files when one test is looked at.
        const isKnown = this.#files.get(testFile) ?? !(await fileExists(testFile));
        if (!isKnown) continue;
        for (const file of (await list(join(folder, name))).filter((path) => path.endsWith(".jsonl"))) {
          const cassette = join(folder, name, file);
          if (!this.#begun.has(cassette) && (await testFileOf(cassette)) !== undefined) found.push(cassette);
        }
      }
    }
    return found;
  }

  /** @param failure why `cassettes prune` will not know of it. */
  #describe(withoutTest: readonly string[], entries: number, failure: unknown): string | undefined {
    if (withoutTest.length === 0 && entries === 0) return undefined;
    const shown = withoutTest.slice(0, MOST_PATHS).map((path) => `  ${relative(this.#root, path)}`);
    const more = withoutTest.length - shown.length;
    const found = [
      ...(withoutTest.length > 0 ? [`cassettes of no test any more: ${withoutTest.length}`] : []),
      ...(entries > 0 ? [`entries that passing tests did not ask for: ${entries}`] : []),
    ];
    return [
      `[hindsight-testkit] Unused ${found.join("; ")}.`,
      ...shown,
      ...(more > 0 ? [`  and ${more} more`] : []),
      failure === undefined
        ? "  Remove them: npx hindsight-testkit cassettes prune"
        : `  For \`cassettes prune\` it could not be kept: ${failure instanceof Error ? failure.message : String(failure)}`,
    ].join("\n");
  }
}

async function note(notes: UnusedNotes, cassette: string, unused: UnusedNote["unused"]): Promise<void> {
  const text = await readFile(cassette, "utf8").catch(() => undefined);
  if (text !== undefined) notes.set(cassette, { content: contentHash(text), unused });
}

async function list(folder: string): Promise<string[]> {
  return (await readdir(folder).catch(() => [])).sort();
}
