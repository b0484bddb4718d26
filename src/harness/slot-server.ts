import { randomBytes } from "node:crypto";
import type { DefaultSandboxReset, LlmChoice, LogLevel, Phases } from "../daemon-protocol.ts";
import type { PostgresHost } from "../postgres/host.ts";
import type { Reaper } from "../reaper/reaper.ts";
import type { DaemonProcess } from "../server/daemon-process.ts";
import { TestControl } from "../server/test-control.ts";
import { startWatchedDaemon } from "../server/watched-daemon.ts";

/** Sandboxes that are made in one round trip, ahead of the tests that will take them. */
const SANDBOX_BATCH = 8;

/** A slot's server: a daemon in test mode, on a database of its own. It is kept over files, reruns and workers. */
export class SlotServer {
  readonly id: string;
  readonly url: string;
  readonly token: string;
  readonly phases: Phases;
  readonly daemon: DaemonProcess;
  /** The lease that holds it now. */
  leaseId: string | undefined;
  /** A file whose worker died without returning the lease: what it left in the default sandbox is still there. */
  abandonedBy: string | undefined;
  readonly #control: TestControl;
  readonly #ready: string[] = [];

  private constructor(
    id: string,
    token: string,
    daemon: DaemonProcess,
    ready: { url: string; phases: Phases },
  ) {
    this.id = id;
    this.token = token;
    this.daemon = daemon;
    this.url = ready.url;
    this.phases = ready.phases;
    this.#control = new TestControl({ url: ready.url, token, ending: daemon.ending });
    void daemon.exited.then(() => this.#control.close());
  }

  static async start(options: {
    id: string;
    postgres: PostgresHost;
    reaper: Reaper;
    environment: Record<string, string>;
    attributeLlmCalls: boolean;
    clock: string | null;
    idSeed: string | null;
    logLevel: LogLevel;
    startTimeout: number;
  }): Promise<SlotServer> {
    const began = performance.now();
    const database = await options.postgres.createDatabase(`slot_${options.id.replaceAll(/\W/g, "_")}`);
    const cloned = performance.now() - began;
    const token = randomBytes(16).toString("hex");
    const { process: daemon, reply } = await startWatchedDaemon(
      {
        command: "serve",
        host: "127.0.0.1",
        port: 0,
        database: { kind: "url", url: database },
        environment: options.environment,
        attributeLlmCalls: options.attributeLlmCalls,
        logLevel: options.logLevel,
        testMode: true,
        testClock: options.clock,
        idSeed: options.idSeed,
        token,
      },
      options,
    );
    if (!("ready" in reply)) throw new Error("The daemon answered another command than the one it was given");
    const phases = [{ name: "clone database", ms: cloned }, ...reply.ready.phases];
    return new SlotServer(options.id, token, daemon, { url: reply.ready.url, phases });
  }

  /** Sandboxes that nobody has used yet: those that were given back, else new ones. */
  async takeSandboxes(): Promise<string[]> {
    if (this.#ready.length > 0) return this.#ready.splice(0);
    return this.#control.makeSandboxes(SANDBOX_BATCH);
  }

  giveBackSandboxes(sandboxes: readonly string[]): void {
    this.#ready.push(...sandboxes);
  }

  /** Says who answers a sandbox's LLM calls. */
  chooseLlm(sandbox: string, choice: LlmChoice): Promise<void> {
    return this.#control.chooseLlm(sandbox, choice);
  }

  /** Lets a sandbox's consolidations and refreshes begin only when somebody waits for them. */
  holdWork(sandbox: string): Promise<void> {
    return this.#control.holdWork(sandbox);
  }

  /** Empties the default sandbox and tells what was in it. */
  async resetDefaultSandbox(): Promise<DefaultSandboxReset["banks"]> {
    return (await this.#control.emptyDefaultSandbox()).banks;
  }
}
