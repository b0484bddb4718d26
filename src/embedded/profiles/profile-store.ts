import { join } from "node:path";
import { TestkitError } from "../../errors/testkit-error.ts";
import { dataHome } from "../../home/home.ts";
import { existing, usable } from "./checks.ts";
import { withoutDaemon } from "./daemon-state.ts";
import { takenPorts } from "./inventory.ts";
import { checkProfileName, DEFAULT_PROFILE } from "./name.ts";
import { allocatePort, PORT_VARIABLE, parseProfilePort } from "./port.ts";
import type { Profile } from "./profile.ts";
import { ProfilesDirectory } from "./profiles-directory.ts";

/** What `ensure` may add to a profile. */
const VARIABLE_PREFIX = "HINDSIGHT_API_";
/** Chooses a profile, before everything else that does. */
const PROFILE_VARIABLE = "HINDSIGHT_EMBED_PROFILE";

export interface CreateProfileOptions {
  /** 1024 to 65535. Left out: one is allocated, from 28000 to 28999. */
  port?: number | undefined;
  /** Variables of its environment: `HINDSIGHT_API_LLM_PROVIDER` and its like. */
  env?: Record<string, string> | undefined;
  /** Whether a profile that exists is changed, instead of refused (false). Variables that are not given stay as they are. */
  merge?: boolean | undefined;
}

export interface ListedProfile {
  name: string;
  directory: string;
  port: number;
  /** ISO 8601, as the next. */
  createdAt: string;
  /** When its daemon was last asked for. */
  lastUsed: string;
  isActive: boolean;
  /** Why it cannot be used. */
  fault: string | undefined;
}

/** What chose a profile. */
export type ProfileSource = "HINDSIGHT_EMBED_PROFILE" | "cli_flag" | "active_profile_file" | "default";

/** The same in a sentence. */
const CHOSEN_BY: Record<ProfileSource, string> = {
  HINDSIGHT_EMBED_PROFILE: PROFILE_VARIABLE,
  cli_flag: "--profile",
  active_profile_file: "`profile set-active`",
  default: "nobody",
};

/**
 * The profiles of this user on this machine. Many processes may use it at once, and be killed meanwhile. Beside what is said there,
 * every method throws TestkitError `INVALID_OPTION` for a name that cannot be one, `PROFILE_STORE_UNUSABLE` where the file system
 * refuses, and `PROFILE_STORE_BUSY` after waiting 30 seconds for others.
 *
 * @example
 * const store = ProfileStore.open();
 * await store.create("myapp", { env: { HINDSIGHT_API_LLM_PROVIDER: "openai" } });
 * await store.setActive("myapp");
 */
export class ProfileStore {
  /** The directory that holds everything. */
  readonly home: string;
  readonly #directory: ProfilesDirectory;
  readonly #chosen: string | undefined;

  private constructor(home: string, chosen: string | undefined) {
    this.home = home;
    this.#directory = new ProfilesDirectory(home);
    this.#chosen = chosen;
  }

  /** Nothing is read or made yet. @param env says where the store is, and which profile is chosen. */
  static open(env: NodeJS.ProcessEnv = process.env): ProfileStore {
    return new ProfileStore(dataHome(env), env[PROFILE_VARIABLE] || undefined);
  }

  /** @throws TestkitError `PROFILE_NOT_FOUND` */
  async get(name: string): Promise<Profile> {
    checkProfileName(name);
    return usable(existing(await this.#directory.read(), name));
  }

  /**
   * The profile, which is made when it does not exist.
   * @param additions variables that it gets where its environment lacks them; what it has is not changed. Only those that begin
   * with `HINDSIGHT_API_` are kept.
   */
  async ensure(name: string, additions: Record<string, string> = {}): Promise<Profile> {
    checkProfileName(name);
    const wanted = Object.entries(additions).filter(([variable]) => variable.startsWith(VARIABLE_PREFIX));
    const lackedBy = (profile: Profile) =>
      wanted.filter(([variable]) => !Object.hasOwn(profile.environment, variable));
    // Mostly there is nothing to do, and nobody has to wait for anybody.
    const { profiles, isRecorded } = await this.#directory.read();
    const known = profiles.get(name);
    const profile = known && usable(known);
    if (profile && isRecorded && lackedBy(profile).length === 0) return profile;
    return await this.#directory.change(async ({ inventory, write }) => {
      const current = inventory.profiles.get(name);
      return usable(await write(name, current ? lackedBy(usable(current)) : wanted));
    });
  }

  /** @throws TestkitError `PROFILE_EXISTS`; `INVALID_OPTION` for a port that is another profile's, or a variable that is none. */
  async create(name: string, options: CreateProfileOptions = {}): Promise<Profile> {
    checkProfileName(name);
    const variables = Object.entries(options.env ?? {});
    if (options.port !== undefined) {
      variables.push([PORT_VARIABLE, String(parseProfilePort(options.port, "`port`"))]);
    }
    return await this.#directory.change(async ({ inventory, write }) => {
      const current = inventory.profiles.get(name);
      if (current === undefined || options.merge) return usable(await write(name, variables));
      throw new TestkitError("PROFILE_EXISTS", {
        what: `The profile ${name} exists: ${current.directory}.`,
      });
    });
  }

  /** Sorted by name. One that cannot be used is listed with its fault. */
  async list(): Promise<ListedProfile[]> {
    const [{ profiles }, active] = await Promise.all([this.#directory.read(), this.#directory.readActive()]);
    return [...profiles.values()].map(({ name, directory, createdAt, lastUsed, ...profile }) => ({
      name,
      directory,
      port: profile.chosenPort ?? profile.port,
      createdAt,
      lastUsed,
      isActive: name === active,
      fault: profile.fault?.what,
    }));
  }

  /**
   * Removes the profile with its database and all other data.
   * @throws TestkitError `PROFILE_NOT_FOUND`; `PROFILE_IN_USE` while its daemon runs, starts or stops
   */
  async delete(name: string): Promise<void> {
    checkProfileName(name);
    try {
      const profile = existing(await this.#directory.read(), name);
      await withoutDaemon(profile, () => this.#directory.change(({ discard }) => discard(name)));
    } finally {
      // Also what an earlier deletion left that was killed: then there is no such profile any more.
      await this.#directory.empty();
    }
  }

  /** Which profile is meant where none is named. @param name null: none. @throws TestkitError `PROFILE_NOT_FOUND` */
  async setActive(name: string | null): Promise<void> {
    if (name !== null) checkProfileName(name);
    await this.#directory.change(async ({ inventory }) => {
      if (name === null) return await this.#directory.active.clear();
      if (name !== DEFAULT_PROFILE) existing(inventory, name);
      await this.#directory.active.write(name);
    });
  }

  /** Sets a variable of the profile's environment. @throws TestkitError `PROFILE_NOT_FOUND`, `INVALID_OPTION` */
  async setEnv(name: string, variable: string, value: string): Promise<void> {
    checkProfileName(name);
    await this.#directory.change(async ({ inventory, write }) => {
      if (name !== DEFAULT_PROFILE) existing(inventory, name);
      await write(name, [[variable, value]]);
    });
  }

  /** @throws TestkitError `PROFILE_NOT_FOUND`, `PROFILE_VARIABLE_NOT_FOUND` */
  async removeEnv(name: string, variable: string): Promise<void> {
    checkProfileName(name);
    await this.#directory.change(async ({ unset }) => {
      if (await unset(name, variable)) return;
      throw new TestkitError("PROFILE_VARIABLE_NOT_FOUND", {
        what: `The profile ${name} does not set ${JSON.stringify(variable)}.`,
      });
    });
  }

  /** Notes that the profile is used now. @throws TestkitError `PROFILE_NOT_FOUND` */
  async touch(name: string): Promise<void> {
    checkProfileName(name);
    await this.#directory.change(async ({ inventory, record }) => {
      existing(inventory, name).lastUsed = new Date().toISOString();
      await record();
    });
  }

  /**
   * Which profile is meant: that of `HINDSIGHT_EMBED_PROFILE`, else of the flag, else the active one, else `default`, which need
   * not exist: it is then as `ensure` would make it.
   * @param flag what the user named.
   * @throws TestkitError `PROFILE_NOT_FOUND`
   */
  async resolve(flag?: string): Promise<{ profile: Profile; source: ProfileSource }> {
    const { name, source } = await this.#choose(flag);
    checkProfileName(name, `The profile's name (${CHOSEN_BY[source]})`);
    const inventory = await this.#directory.read();
    if (name !== DEFAULT_PROFILE || inventory.profiles.has(name)) {
      return { profile: usable(existing(inventory, name, CHOSEN_BY[source])), source };
    }
    const directory = join(this.#directory.path, name);
    const port = allocatePort(directory, takenPorts(inventory.profiles.values()));
    return { profile: { name, directory, port, environment: {} }, source };
  }

  async #choose(flag: string | undefined): Promise<{ name: string; source: ProfileSource }> {
    if (this.#chosen !== undefined) return { name: this.#chosen, source: PROFILE_VARIABLE };
    if (flag !== undefined) return { name: flag, source: "cli_flag" };
    const active = await this.#directory.readActive();
    if (active !== undefined) return { name: active, source: "active_profile_file" };
    return { name: DEFAULT_PROFILE, source: "default" };
  }
}
