import { randomUUID } from "node:crypto";
import { rename } from "node:fs/promises";
import { join } from "node:path";
import { TestkitError } from "../../errors/testkit-error.ts";
import { dataHome } from "../../home/home.ts";
import { withLock } from "../../home/lock.ts";
import { removeUnfinishedWrites } from "../../write-file-atomically.ts";
import { ActiveProfile } from "./active-profile.ts";
import { refuseRunning } from "./daemon-owner.ts";
import { makeDirectory, readText, sweep, TRASH } from "./directories.ts";
import { EnvFile } from "./env-file.ts";
import { type Inventory, type KnownProfile, metadataFile, takeInventory, takenPorts } from "./inventory.ts";
import { setAside, writeMetadata } from "./metadata.ts";
import { checkProfileName, DEFAULT_PROFILE } from "./name.ts";
import { allocatePort, PORT_VARIABLE, parseProfilePort } from "./port.ts";
import { type Profile, profileFiles } from "./profile.ts";
import { unusable } from "./unusable.ts";

const LOCK_TIMEOUT_MS = 30_000;
const VARIABLE_PREFIX = "HINDSIGHT_API_";
const PROFILE_VARIABLE = "HINDSIGHT_EMBED_PROFILE";

export interface CreateProfileOptions {
  /** 1024 to 65535. Left out: one is allocated, from 28000 to 28999. */
  port?: number | undefined;
  env?: Record<string, string> | undefined;
  /** Whether an existing profile is changed, instead of refused (false). Variables that are not given stay as they are. */
  merge?: boolean | undefined;
}

export interface ListedProfile {
  name: string;
  directory: string;
  port: number;
  /** ISO 8601, as the next. */
  createdAt: string;
  lastUsed: string;
  isActive: boolean;
  /** Why it cannot be used. */
  fault: string | undefined;
}

/** Where the choice of a profile came from. */
export type ProfileSource = "HINDSIGHT_EMBED_PROFILE" | "cli_flag" | "active_profile_file" | "default";

/**
 * The profiles of this user on this machine. Several processes may use it at once. Every method throws TestkitError:
 * `PROFILE_STORE_UNUSABLE` when the file system refuses, and `PROFILE_STORE_BUSY` when it is being changed for too long.
 *
 * @example
 * const store = ProfileStore.open();
 * const profile = await store.ensure("myapp", { HINDSIGHT_API_LLM_PROVIDER: "openai" });
 */
export class ProfileStore {
  /** The directory that holds everything. */
  readonly home: string;
  readonly #directory: string;
  readonly #chosen: string | undefined;
  readonly #active: ActiveProfile;

  private constructor(home: string, chosen: string | undefined) {
    this.home = home;
    this.#directory = join(home, "profiles");
    this.#chosen = chosen;
    this.#active = new ActiveProfile(home);
  }

  /** Nothing is read or made. @param env says where the store is, and which profile is chosen. */
  static open(env: NodeJS.ProcessEnv = process.env): ProfileStore {
    return new ProfileStore(dataHome(env), env[PROFILE_VARIABLE] || undefined);
  }

  /** @throws TestkitError `PROFILE_NOT_FOUND`, `INVALID_OPTION` */
  async get(name: string): Promise<Profile> {
    checkProfileName(name);
    return usable(existing(await this.#inventory(), name));
  }

  /**
   * The profile, which is made when it does not exist.
   * @param additions variables that it gets where its environment lacks them; what it has is not changed. Only `HINDSIGHT_API_…`
   * is kept.
   */
  async ensure(name: string, additions: Record<string, string> = {}): Promise<Profile> {
    checkProfileName(name);
    const wanted = Object.entries(additions).filter(([variable]) => variable.startsWith(VARIABLE_PREFIX));
    const lacks = (profile: KnownProfile) =>
      wanted.filter(([variable]) => !Object.hasOwn(profile.environment, variable));
    // Mostly there is nothing to do, and nobody has to wait for the lock.
    const inventory = await this.#inventory();
    const known = inventory.profiles.get(name);
    if (known && inventory.isRecorded && lacks(known).length === 0) return usable(known);
    return await this.#change(async (now) => {
      const current = now.profiles.get(name);
      if (current) usable(current);
      return await this.#store(now, name, current ? lacks(current) : wanted);
    });
  }

  /** @throws TestkitError `PROFILE_EXISTS`, `INVALID_OPTION` */
  async create(name: string, options: CreateProfileOptions = {}): Promise<Profile> {
    checkProfileName(name);
    const variables = Object.entries(options.env ?? {});
    if (options.port !== undefined) {
      variables.push([PORT_VARIABLE, String(parseProfilePort(options.port, "The port"))]);
    }
    return await this.#change(async (inventory) => {
      const current = inventory.profiles.get(name);
      if (current && !options.merge) {
        throw new TestkitError("PROFILE_EXISTS", {
          what: `The profile ${name} exists: ${current.directory}.`,
        });
      }
      return await this.#store(inventory, name, variables);
    });
  }

  /** Sorted by name. One that cannot be used is listed with its fault. */
  async list(): Promise<ListedProfile[]> {
    const [{ profiles }, active] = await Promise.all([
      this.#inventory(),
      this.#read(() => this.#active.read()),
    ]);
    return [...profiles.values()].map(
      ({ name, directory, port, chosenPort, createdAt, lastUsed, fault }) => ({
        name,
        directory,
        port: chosenPort ?? port,
        createdAt,
        lastUsed,
        isActive: name === active,
        fault: fault?.what,
      }),
    );
  }

  /**
   * Removes the profile with all of its data.
   * @throws TestkitError `PROFILE_NOT_FOUND`, `PROFILE_IN_USE` while its daemon runs or is being started
   */
  async delete(name: string): Promise<void> {
    checkProfileName(name);
    const { directory } = existing(await this.#inventory(), name);
    await refuseRunning(name, directory, async () => {
      await this.#change(async (inventory) => {
        existing(inventory, name);
        if ((await this.#active.read()) === name) await this.#active.clear();
        // In one step, so that no half of it is ever taken for a profile.
        await rename(directory, join(this.#directory, `${TRASH}${randomUUID()}`));
        inventory.profiles.delete(name);
        await this.#record(inventory);
      });
    });
    await this.#read(() => sweep(this.#directory));
  }

  /** @param name null: none. @throws TestkitError `PROFILE_NOT_FOUND` */
  async setActive(name: string | null): Promise<void> {
    if (name !== null) checkProfileName(name);
    await this.#change(async (inventory) => {
      if (name === null) return await this.#active.clear();
      if (name !== DEFAULT_PROFILE) existing(inventory, name);
      await this.#active.write(name);
    });
  }

  /** Sets a variable of the profile's environment. @throws TestkitError `PROFILE_NOT_FOUND`, `INVALID_OPTION` */
  async setEnv(name: string, variable: string, value: string): Promise<void> {
    checkProfileName(name);
    await this.#change(async (inventory) => {
      if (name !== DEFAULT_PROFILE) existing(inventory, name);
      await this.#store(inventory, name, [[variable, value]]);
    });
  }

  /** @throws TestkitError `PROFILE_NOT_FOUND`, `PROFILE_VARIABLE_NOT_FOUND` */
  async removeEnv(name: string, variable: string): Promise<void> {
    checkProfileName(name);
    await this.#change(async (inventory) => {
      const path = profileFiles(existing(inventory, name).directory).environment;
      const file = new EnvFile(await readText(path));
      if (!file.remove(variable)) {
        throw new TestkitError("PROFILE_VARIABLE_NOT_FOUND", {
          what: `The profile ${name} does not set ${JSON.stringify(variable)}.`,
        });
      }
      await file.write(path);
    });
  }

  /** Notes that the profile is used now. @throws TestkitError `PROFILE_NOT_FOUND` */
  async touch(name: string): Promise<void> {
    await this.#change(async (inventory) => {
      existing(inventory, name).lastUsed = new Date().toISOString();
      await this.#record(inventory);
    });
  }

  /**
   * Which profile is meant: that of `HINDSIGHT_EMBED_PROFILE`, else of the flag, else the active one, else `default`, which need
   * not exist: it is then as it would be made.
   * @param flag what the user named.
   * @throws TestkitError `PROFILE_NOT_FOUND`, `INVALID_OPTION`
   */
  async resolve(flag?: string): Promise<{ profile: Profile; source: ProfileSource }> {
    const { name, source } = await this.#choose(flag);
    checkProfileName(name, `The profile's name (${source})`);
    const inventory = await this.#inventory();
    if (name === DEFAULT_PROFILE && !inventory.profiles.has(name)) {
      return { profile: this.#unmade(inventory, name), source };
    }
    return { profile: usable(existing(inventory, name, source)), source };
  }

  async #choose(flag: string | undefined): Promise<{ name: string; source: ProfileSource }> {
    if (this.#chosen !== undefined) return { name: this.#chosen, source: PROFILE_VARIABLE };
    if (flag !== undefined) return { name: flag, source: "cli_flag" };
    const active = await this.#read(() => this.#active.read());
    if (active !== undefined) return { name: active, source: "active_profile_file" };
    return { name: DEFAULT_PROFILE, source: "default" };
  }

  /** Writes variables into the profile's environment, and makes the profile first if need be. */
  async #store(inventory: Inventory, name: string, variables: [string, string][]): Promise<Profile> {
    const { profiles } = inventory;
    const others = [...profiles.values()].filter((profile) => profile.name !== name);
    const directory = join(this.#directory, name);
    const path = profileFiles(directory).environment;
    const current = profiles.get(name);
    refuseNearlySame(name, others);
    const file = new EnvFile(current && (await readText(path)));
    for (const [variable, value] of variables) {
      if (variable === PORT_VARIABLE) refuseTakenPort(parseProfilePort(value, variable), others);
      file.set(variable, value);
    }
    await makeDirectory(directory);
    await removeUnfinishedWrites(path);
    // From here on the profile exists: should we be killed now, the rest is made up by whoever comes next.
    await file.write(path);
    const now = (await takeInventory(this.#directory)).profiles;
    inventory.profiles = now;
    const made = existing({ profiles: now }, name);
    await this.#record(inventory);
    return usable(made);
  }

  /** The profile as `#store` would make it. */
  #unmade({ profiles }: Inventory, name: string): Profile {
    const port = allocatePort(name, takenPorts(profiles.values()));
    return { name, directory: join(this.#directory, name), port, environment: {} };
  }

  #record({ profiles }: Inventory): Promise<void> {
    return writeMetadata(metadataFile(this.#directory), profiles);
  }

  #inventory(): Promise<Inventory> {
    return this.#read(() => takeInventory(this.#directory));
  }

  /** What the file system refuses is said with the store's own words. */
  async #read<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (TestkitError.is(error)) throw error;
      throw unusable(this.home, error);
    }
  }

  /** Runs `work` while nobody else changes anything. */
  #change<T>(work: (inventory: Inventory) => Promise<T>): Promise<T> {
    const busy = (owner: number | undefined) =>
      new TestkitError("PROFILE_STORE_BUSY", {
        what: `Process ${owner} has held ${this.#directory} for ${LOCK_TIMEOUT_MS / 1_000} s.`,
      });
    return this.#read(async () => {
      await makeDirectory(this.#directory);
      const lock = join(this.#directory, "metadata.lock");
      return await withLock(lock, performance.now() + LOCK_TIMEOUT_MS, busy, async () => {
        await removeUnfinishedWrites(metadataFile(this.#directory));
        await removeUnfinishedWrites(this.#active.path);
        const inventory = await takeInventory(this.#directory);
        if (!inventory.isSound) {
          const path = metadataFile(this.#directory);
          const kept = await setAside(path);
          process.emitWarning(
            `${path} could not be read and was made again from the profiles themselves; what was in it is now ${kept}.`,
            "HindsightTestkitWarning",
          );
        }
        return await work(inventory);
      });
    });
  }
}

function existing(
  { profiles }: Pick<Inventory, "profiles">,
  name: string,
  source?: ProfileSource,
): KnownProfile {
  const profile = profiles.get(name);
  if (profile) return profile;
  const chosen = source && source !== "cli_flag" ? ` It was chosen by ${source}.` : "";
  throw new TestkitError("PROFILE_NOT_FOUND", { what: `There is no profile ${name}.${chosen}` });
}

function usable({ name, directory, port, chosenPort, environment, fault }: KnownProfile): Profile {
  if (fault) throw fault;
  return { name, directory, port: chosenPort ?? port, environment };
}

/** Some file systems take `App` and `app` for one directory. */
function refuseNearlySame(name: string, others: readonly KnownProfile[]): void {
  const same = others.find((other) => other.name.toLowerCase() === name.toLowerCase());
  if (same === undefined) return;
  throw new TestkitError("PROFILE_EXISTS", {
    what: `The profile ${same.name} exists, whose name differs from ${name} in case only.`,
  });
}

function refuseTakenPort(port: number, others: readonly KnownProfile[]): void {
  const owner = others.find((other) => (other.chosenPort ?? other.port) === port);
  if (owner === undefined) return;
  throw new TestkitError("INVALID_OPTION", { what: `Port ${port} belongs to the profile ${owner.name}.` });
}
