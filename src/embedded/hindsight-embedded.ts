import type { HindsightClient as OfficialClient } from "@vectorize-io/hindsight-client";
import { type Connection, connectionOf } from "../client/connection.ts";
import { HindsightApi } from "../client/hindsight-api.ts";
import { HindsightClient } from "../client/hindsight-client.ts";
import { TestkitError } from "../errors/testkit-error.ts";
import type { DaemonWishes } from "./daemon/configuration.ts";
import { type EnsuredDaemon, ensureDaemon, findDaemon } from "./daemon/ensure-daemon.ts";
import { daemonStatus } from "./daemon/status.ts";
import { stopDaemon } from "./daemon/stop-daemon.ts";
import { type HindsightEmbeddedOptions, parseOptions } from "./options.ts";
import type { Profile } from "./profiles/profile.ts";
import { ProfileStore } from "./profiles/profile-store.ts";

const warned = new Set<string>();

/**
 * A Hindsight server that manages itself. The first call starts a daemon for the profile, or finds the one that another process has
 * started; it has a Postgres of its own, whose data are kept. Every call sees to it that the daemon is there, and starts it again
 * where it crashed: those of this object and of its namespaces; not those of a `client` that was taken from it. The daemon goes on
 * when this process ends, and stops when nobody has used it for `idleTimeout`.
 *
 * Every call throws TestkitError where no daemon can be had: `EMBEDDED_CLOSED`, `DAEMON_START_TIMEOUT`, `DAEMON_UNRESPONSIVE`,
 * `PROFILE_PORT_TAKEN`, `SERVER_START_FAILED`, `LLM_KEY_MISSING`, `POSTGRES_…`, `PROFILE_…`, with the end of its log.
 *
 * @example
 * const embedded = new HindsightEmbedded({ profile: "myapp", llmProvider: "openai", llmApiKey });
 * await embedded.retain("my-bank", "Alice works at Google"); // starts the daemon
 * await embedded.banks.create("test", { name: "Test", mission: "Help users" });
 * await embedded.close({ stopDaemon: true });
 */
export class HindsightEmbedded extends HindsightApi implements AsyncDisposable {
  /** The profile's name. */
  readonly profile: string;
  /** Makes a bank, or changes what is given on one that is there. */
  readonly createBank: OfficialClient["createBank"];
  readonly #wishes: DaemonWishes;
  readonly #store: ProfileStore;
  #loaded: Profile | undefined;
  #ensuring: Promise<EnsuredDaemon> | undefined;
  #client: { client: HindsightClient; address: string } | undefined;
  #closed = false;

  /**
   * Nothing is started or read.
   * @throws TestkitError `INVALID_OPTION`
   */
  constructor(options: HindsightEmbeddedOptions = {}) {
    super({ ready: () => this.#connect() });
    const { profile, wishes } = parseOptions(options);
    this.profile = profile;
    this.#wishes = wishes;
    this.#store = ProfileStore.open();
    this.createBank = async (...sent) => (await this.#connect()).client.createBank(...sent);
  }

  /** A client of the daemon as it is now, which is started if need be. Its calls fail when the daemon crashes. */
  get client(): Promise<HindsightClient> {
    return this.#ready();
  }

  /** Where the daemon listens, which is started if need be. */
  get url(): Promise<string> {
    return this.#ensure().then(({ record }) => record.url);
  }

  /** Whether the profile's daemon runs. It is not started. After `close()`: false. */
  async isRunning(): Promise<boolean> {
    if (this.#closed) return false;
    const profile = await this.#find();
    return profile !== undefined && (await daemonStatus(profile)).state === "ready";
  }

  /**
   * Every call after this one is refused; calls that have begun go on. A second one does nothing but to stop the daemon, if that is
   * what it is for.
   *
   * @param options.stopDaemon whether to end the daemon (false), for all who use it. Resolves when it and its Postgres are gone.
   * @throws TestkitError `DAEMON_NOT_STOPPED`
   */
  async close({ stopDaemon: stop = false }: { stopDaemon?: boolean } = {}): Promise<void> {
    this.#closed = true;
    if (!stop) return;
    // One that is being started would be there afterwards.
    await this.#ensuring?.catch(() => {});
    const profile = await this.#find();
    if (profile !== undefined) await stopDaemon(profile);
  }

  /** As `close()`: the daemon goes on. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #connect(): Promise<Connection> {
    return connectionOf(await this.#ready());
  }

  async #ready(): Promise<HindsightClient> {
    const { record, apiKey } = await this.#ensure();
    const address = JSON.stringify([record.url, apiKey]);
    if (this.#client?.address !== address) {
      const client = new HindsightClient({ baseUrl: record.url, ...(apiKey && { apiKey }) });
      this.#client = { client, address };
    }
    return this.#client.client;
  }

  /** Calls that come at once look for the daemon once. */
  #ensure(): Promise<EnsuredDaemon> {
    if (this.#closed) {
      const what = `This HindsightEmbedded, of the profile ${this.profile}, was closed.`;
      return Promise.reject(new TestkitError("EMBEDDED_CLOSED", { what }));
    }
    this.#ensuring ??= this.#findOrStart().finally(() => {
      this.#ensuring = undefined;
    });
    return this.#ensuring;
  }

  async #findOrStart(): Promise<EnsuredDaemon> {
    const found = this.#loaded && (await findDaemon(this.#loaded, this.#wishes));
    const ensured = found ?? (await this.#start());
    this.#warn(ensured.differs);
    return ensured;
  }

  async #start(): Promise<EnsuredDaemon> {
    // Read anew whenever a daemon has to be started: somebody may have changed it.
    this.#loaded = await this.#store.ensure(this.profile);
    const ensured = await ensureDaemon(this.#loaded, this.#wishes);
    if (ensured.started) await this.#keepWishes();
    await this.#store.touch(this.profile);
    return ensured;
  }

  /** Only what a daemon has started with is kept: a mistake would fail every later start, of those who did not make it as well. */
  async #keepWishes(): Promise<void> {
    // What is empty is taken away from this daemon, not from the profile.
    const given = Object.entries(this.#wishes.variables ?? {}).filter(([, value]) => value !== "");
    this.#loaded = await this.#store.ensure(this.profile, Object.fromEntries(given));
  }

  /** Undefined: there is no such profile. */
  async #find(): Promise<Profile | undefined> {
    try {
      return await this.#store.get(this.profile);
    } catch (error) {
      if (TestkitError.is(error, "PROFILE_NOT_FOUND")) return undefined;
      throw error;
    }
  }

  #warn(differs: readonly string[]): void {
    if (differs.length === 0) return;
    const text =
      `The daemon of the profile ${this.profile} runs already, and was started with other values of ${differs.join(", ")}. ` +
      "It is used as it is; close({ stopDaemon: true }), or " +
      `\`npx hindsight-testkit daemon stop -p ${this.profile}\`, lets the next call start it anew.`;
    if (warned.has(text)) return;
    warned.add(text);
    process.emitWarning(text, "HindsightTestkitWarning");
  }
}
