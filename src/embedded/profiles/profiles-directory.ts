import { randomUUID } from "node:crypto";
import { readdir, readFile, rename, rm, rmdir } from "node:fs/promises";
import { join } from "node:path";
import { TestkitError } from "../../errors/testkit-error.ts";
import { withLock } from "../../home/lock.ts";
import { removeUnfinishedWrites } from "../../write-file-atomically.ts";
import { ActiveProfile } from "./active-profile.ts";
import { existing, refuseNearlySame, refuseTakenPort } from "./checks.ts";
import { EnvFile } from "./env-file.ts";
import { onFiles, undefinedIfMissing } from "./file-errors.ts";
import { type Inventory, type KnownProfile, metadataFile, takeInventory } from "./inventory.ts";
import { makeDirectory } from "./make-directory.ts";
import { setAside, writeMetadata } from "./metadata.ts";
import { isProfileName } from "./name.ts";
import { PORT_VARIABLE, parseProfilePort } from "./port.ts";
import { profileFiles } from "./profile.ts";

const LOCK_TIMEOUT_MS = 30_000;
/** What the name of a directory that is being removed begins with; no profile's does. */
const TRASH = ".deleted-";

/** Changes that go together. They are made while no other process makes any. */
export interface Changes {
  /** As it is at the beginning. */
  inventory: Inventory;
  /** Sets variables of a profile, which is made if it does not exist. */
  write(name: string, variables: readonly [string, string][]): Promise<KnownProfile>;
  /** Removes a variable. @returns whether it was set. */
  unset(name: string, variable: string): Promise<boolean>;
  /** Takes a profile away in one step, so that no half of it is ever found; `empty` removes its data afterwards. */
  discard(name: string): Promise<void>;
  /** Writes the metadata of `inventory.profiles`. */
  record(): Promise<void>;
}

/**
 * The profiles on the disk. The order of writes is such that whoever comes after one that was killed finds all profiles, each
 * either as it was or as it was to be.
 */
export class ProfilesDirectory {
  readonly path: string;
  readonly active: ActiveProfile;

  constructor(home: string) {
    this.path = join(home, "profiles");
    this.active = new ActiveProfile(home);
  }

  /** Metadata that cannot be understood is set aside on the way. */
  read(): Promise<Inventory> {
    return onFiles(this.path, async () => {
      const inventory = await takeInventory(this.path);
      return inventory.isSound ? inventory : await this.change(async (changes) => changes.inventory);
    });
  }

  readActive(): Promise<string | undefined> {
    return onFiles(this.path, () => this.active.read());
  }

  /** @throws TestkitError `PROFILE_STORE_BUSY`, `PROFILE_STORE_UNUSABLE` */
  change<T>(work: (changes: Changes) => Promise<T>): Promise<T> {
    const busy = (owner: number | undefined) =>
      new TestkitError("PROFILE_STORE_BUSY", {
        what: `Process ${owner} has been changing ${this.path} for ${LOCK_TIMEOUT_MS / 1_000} s.`,
      });
    return onFiles(this.path, async () => {
      await makeDirectory(this.path);
      const lock = join(this.path, "metadata.lock");
      return await withLock(lock, performance.now() + LOCK_TIMEOUT_MS, busy, async () => {
        await removeUnfinishedWrites(metadataFile(this.path));
        await removeUnfinishedWrites(this.active.path);
        return await work(await this.#begin());
      });
    });
  }

  /** Removes what was discarded, also by processes that were killed before they came to it. */
  empty(): Promise<void> {
    return onFiles(this.path, async () => {
      for (const name of (await readdir(this.path).catch(undefinedIfMissing)) ?? []) {
        if (!name.startsWith(TRASH)) continue;
        await rm(join(this.path, name), { recursive: true, force: true, maxRetries: 5, retryDelay: 50 });
      }
    });
  }

  /** Removes what writers left that were killed before there was a profile: files that may hold keys, and the empty directory. */
  async #tidy({ profiles }: Inventory): Promise<void> {
    const names = await readdir(this.path);
    for (const name of names.filter((each) => isProfileName(each) && !profiles.has(each))) {
      const directory = join(this.path, name);
      // What is no directory, or not ours to read, is no writer's.
      await removeUnfinishedWrites(profileFiles(directory).environment).catch(() => {});
      await rmdir(directory).catch(() => {});
    }
  }

  async #begin(): Promise<Changes> {
    const inventory = await takeInventory(this.path);
    await this.#tidy(inventory);
    const changes: Changes = {
      inventory,
      write: (name, variables) => this.#write(inventory, name, variables),
      unset: (name, variable) => this.#unset(inventory, name, variable),
      discard: (name) => this.#discard(inventory, name),
      record: () => writeMetadata(metadataFile(this.path), inventory.profiles),
    };
    if (!inventory.isSound) {
      const path = metadataFile(this.path);
      const kept = await setAside(path);
      await changes.record();
      process.emitWarning(
        `${path} could not be understood and was made again from the profiles themselves; what was in it is now ${kept}.`,
        "HindsightTestkitWarning",
      );
    }
    return changes;
  }

  async #write(
    inventory: Inventory,
    name: string,
    variables: readonly [string, string][],
  ): Promise<KnownProfile> {
    const others = [...inventory.profiles.values()].filter((profile) => profile.name !== name);
    refuseNearlySame(name, others);
    const directory = join(this.path, name);
    const path = profileFiles(directory).environment;
    const file = new EnvFile(inventory.profiles.has(name) ? await readFile(path, "utf8") : "");
    for (const [variable, value] of variables) {
      if (variable === PORT_VARIABLE) refuseTakenPort(parseProfilePort(value, variable), others);
      file.set(variable, value);
    }
    await makeDirectory(directory);
    await removeUnfinishedWrites(path);
    // With this file the profile exists.
    await file.write(path);
    const { profiles } = await takeInventory(this.path);
    await writeMetadata(metadataFile(this.path), profiles);
    return existing({ ...inventory, profiles }, name);
  }

  async #unset(inventory: Inventory, name: string, variable: string): Promise<boolean> {
    const path = profileFiles(existing(inventory, name).directory).environment;
    const file = new EnvFile(await readFile(path, "utf8"));
    if (!file.remove(variable)) return false;
    await removeUnfinishedWrites(path);
    await file.write(path);
    return true;
  }

  async #discard(inventory: Inventory, name: string): Promise<void> {
    const { directory } = existing(inventory, name);
    if ((await this.active.read()) === name) await this.active.clear();
    await rename(directory, join(this.path, `${TRASH}${randomUUID()}`));
    inventory.profiles.delete(name);
    await writeMetadata(metadataFile(this.path), inventory.profiles);
  }
}
