/** The cassettes of a folder as they were, while a command records them anew. */
import { writeFileSync } from "node:fs";
import { copyFile, mkdir, readdir, readFile, rename, rm } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { TestkitError } from "../../errors/testkit-error.ts";
import { findCassetteFiles } from "../../gateway/cassette/find.ts";
import { cacheFolder } from "../../gateway/cassette/unused-notes.ts";
import { isJsonObject } from "../../json-object.ts";
import { parseJson } from "../../parse-json.ts";
import { isGroupRunning } from "../../reaper/process-group.ts";
import { identifyProcess, isRunning, type ProcessIdentity } from "../../reaper/process-identity.ts";
import { writeFileAtomically } from "../../write-file-atomically.ts";

const MANIFEST = "manifest.json";
/** Before the id of a process group, in the name of an empty file. */
const GROUP = "group-";

interface Manifest {
  /** The process that will restore or accept. */
  owner: ProcessIdentity;
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
    const { pid } = process;
    const owner = (await identifyProcess(pid)) ?? { pid, startTime: "" };
    const manifest: Manifest = { owner, root, files: [] };
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
   * @returns where that is kept which it had recorded, if it had; `undefined` when there was nothing to restore.
   * @throws TestkitError `VERIFY_RUNNING` when the process still runs and `isNeeded`, and when only what it started does.
   */
  static async recover(
    root: string,
    { isNeeded }: { isNeeded: boolean },
  ): Promise<{ kept: string | undefined } | undefined> {
    const folder = await folderOf(root);
    const manifest = readManifest(await readFile(join(folder, MANIFEST), "utf8").catch(() => ""));
    if (!manifest) return undefined;
    const { pid } = manifest.owner;
    if (await isRunning(manifest.owner)) {
      if (!isNeeded) return undefined;
      throw new TestkitError("VERIFY_RUNNING", { what: `Process ${pid} is at it.` });
    }
    await refuseOrphans(folder, pid);
    const kept = `${folder}-left-by-${pid}`;
    const hasKept = await new Snapshot(folder, manifest).restore({ keepAt: kept });
    return { kept: hasKept ? kept : undefined };
  }

  /** Notes that a process now writes cassettes, with all of its group. */
  noteGroup(leader: number): void {
    // At once: it does not end when this process is killed.
    writeFileSync(join(this.#folder, `${GROUP}${leader}`), "");
  }

  /**
   * Puts everything back as it was.
   * @param options.keepAt where what is there now is moved to.
   * @returns whether there was anything to move.
   */
  async restore({ keepAt }: { keepAt?: string } = {}): Promise<boolean> {
    const { root, files } = this.#manifest;
    const old = new Set(files);
    let hasKept = false;
    const putAside = async (file: string) => {
      if (keepAt === undefined) return;
      hasKept = true;
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
    return hasKept;
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
  const { owner, root, files } = value;
  const { pid, startTime } = isJsonObject(owner) ? owner : {};
  if (typeof pid !== "number" || typeof startTime !== "string") return undefined;
  if (typeof root !== "string" || !Array.isArray(files)) return undefined;
  return { owner: { pid, startTime }, root, files: files.filter((file) => typeof file === "string") };
}

/** What outlives its verification would write over what is put back. */
async function refuseOrphans(folder: string, pid: number): Promise<void> {
  for (const name of await readdir(folder)) {
    const leader = name.startsWith(GROUP) ? Number(name.slice(GROUP.length)) : undefined;
    if (leader === undefined || !isGroupRunning(leader)) continue;
    const end = process.platform === "win32" ? `taskkill /T /F /PID ${leader}` : `kill -9 -- -${leader}`;
    throw new TestkitError("VERIFY_RUNNING", {
      what: `The verification of process ${pid} was killed, but the command that it ran goes on, as process ${leader}. Wait for its end, or end it by \`${end}\`.`,
    });
  }
}
