/** The cassettes of a folder as they were, while a command records them anew. */
import { copyFile, mkdir, readFile, rename, rm } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { TestkitError } from "../../errors/testkit-error.ts";
import { writeFileAtomically } from "../../gateway/cassette/atomic-write.ts";
import { findCassetteFiles } from "../../gateway/cassette/find.ts";
import { cacheFolder } from "../../gateway/cassette/unused-notes.ts";
import { isJsonObject } from "../../json-object.ts";
import { parseJson } from "../../parse-json.ts";

const MANIFEST = "manifest.json";

interface Manifest {
  /** Of the process that will restore or accept. */
  pid: number;
  root: string;
  /** Relative to the root. */
  files: string[];
}

/**
 * A copy of all cassettes and vectors below a folder. It is there as a whole or not at all, and stays until the cassettes
 * are restored or the new ones accepted: what a crash leaves is restored by the next command.
 */
export class Snapshot {
  readonly #folder: string;
  readonly #manifest: Manifest;

  private constructor(folder: string, manifest: Manifest) {
    this.#folder = folder;
    this.#manifest = manifest;
  }

  /** @throws TestkitError `VERIFY_RUNNING` when another process has one. */
  static async take(root: string): Promise<Snapshot> {
    const folder = await folderOf(root);
    const preparing = `${folder}.${process.pid}.tmp`;
    await rm(preparing, { recursive: true, force: true });
    const manifest: Manifest = { pid: process.pid, root, files: [] };
    for await (const path of findCassetteFiles(root, ".jsonl", ".f32")) {
      const file = relative(root, path);
      await mkdir(dirname(join(preparing, file)), { recursive: true });
      await copyFile(path, join(preparing, file));
      manifest.files.push(file);
    }
    await writeFileAtomically(join(preparing, MANIFEST), JSON.stringify(manifest));
    try {
      await rename(preparing, folder);
    } catch (cause) {
      await rm(preparing, { recursive: true, force: true });
      throw new TestkitError("VERIFY_RUNNING", { what: `${folder} is there already.`, cause });
    }
    return new Snapshot(folder, manifest);
  }

  /**
   * Restores what a process left that did not come to its end.
   * @returns where that is kept which it had recorded; `undefined` when there was nothing to restore.
   * @throws TestkitError `VERIFY_RUNNING` when `isNeeded` and the process still runs.
   */
  static async recover(root: string, { isNeeded }: { isNeeded: boolean }): Promise<string | undefined> {
    const folder = await folderOf(root);
    const manifest = readManifest(await readFile(join(folder, MANIFEST), "utf8").catch(() => ""));
    if (!manifest) return undefined;
    if (isRunning(manifest.pid)) {
      if (!isNeeded) return undefined;
      throw new TestkitError("VERIFY_RUNNING", { what: `Process ${manifest.pid} is at it.` });
    }
    const kept = `${folder}-left-by-${manifest.pid}`;
    await new Snapshot(folder, manifest).restore({ keepAt: kept });
    return kept;
  }

  /** Puts everything back as it was. @param options.keepAt where what is there now is moved to. */
  async restore({ keepAt }: { keepAt?: string } = {}): Promise<void> {
    const { root, files } = this.#manifest;
    const old = new Set(files);
    const putAside = async (file: string) => {
      if (keepAt === undefined) return;
      await mkdir(dirname(join(keepAt, file)), { recursive: true });
      await copyFile(join(root, file), join(keepAt, file));
    };
    for await (const path of findCassetteFiles(root, ".jsonl", ".f32")) {
      const file = relative(root, path);
      if (old.has(file)) continue;
      await putAside(file);
      await rm(path, { force: true });
    }
    // Vectors first: a cassette must never stand without those that it names.
    for (const file of files.toSorted((a, b) => Number(b.endsWith(".f32")) - Number(a.endsWith(".f32")))) {
      const content = await readFile(join(this.#folder, file));
      const now = await readFile(join(root, file)).catch(() => undefined);
      if (now?.equals(content)) continue;
      if (now) await putAside(file);
      await writeFileAtomically(join(root, file), content);
    }
    await this.discard();
  }

  /** The cassettes that are there now are the right ones. */
  async discard(): Promise<void> {
    const done = `${this.#folder}.${process.pid}.tmp`;
    // In one step: half of a copy is none.
    await rename(this.#folder, done);
    await rm(done, { recursive: true, force: true });
  }
}

async function folderOf(root: string): Promise<string> {
  return join(await cacheFolder(root), "verify");
}

function readManifest(text: string): Manifest | undefined {
  const value = parseJson(text);
  if (!isJsonObject(value)) return undefined;
  const { pid, root, files } = value;
  if (typeof pid !== "number" || typeof root !== "string" || !Array.isArray(files)) return undefined;
  return { pid, root, files: files.filter((file) => typeof file === "string") };
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // It is there, and somebody else's.
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}
