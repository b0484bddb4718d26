import { randomBytes } from "node:crypto";
import type { Phases } from "../daemon-protocol.ts";
import { TestkitError } from "../errors/testkit-error.ts";
import { isRecorded, type LlmOptions, parseLlmOptions, resolveLlm } from "../gateway/llm-options.ts";
import { RecordedLlm } from "../gateway/recorded-llm.ts";
import { DaemonProcess } from "./daemon-process.ts";
import {
  checkServerOptions,
  type HindsightServerOptions,
  parseClock,
  parseDatabase,
  parseIdSeed,
  parseLogLevel,
  parsePort,
  parseStartTimeout,
  toEnvironment,
} from "./options.ts";
import { recordedEnvironment } from "./recorded-environment.ts";
import { TestControl } from "./test-control.ts";
import { TestSandbox } from "./test-sandbox.ts";

/** A Hindsight server that runs: a process of its own on loopback. Only `HindsightServer.start` makes one. */
export class StartedHindsightServer implements AsyncDisposable {
  /** Where it listens, such as `http://127.0.0.1:41234`. */
  readonly url: string;
  readonly port: number;
  readonly pid: number;
  /** What the start spent its time on, in milliseconds. */
  readonly phases: Phases;
  /** Its recorded LLM calls, where it was started with `llm`. */
  readonly llm: RecordedLlm | undefined;
  readonly #process: DaemonProcess;
  readonly #control: TestControl | undefined;
  #stopped: Promise<void> | undefined;

  /** @internal */
  constructor(
    process: DaemonProcess,
    ready: { url: string; port: number; phases: Phases },
    control: TestControl | undefined,
    llm: RecordedLlm | undefined,
  ) {
    this.#process = process;
    this.#control = control;
    this.pid = process.pid;
    this.url = ready.url;
    this.port = ready.port;
    this.phases = ready.phases;
    this.llm = llm;
  }

  /** Resolves when the server's process is gone, whatever ended it. */
  get exited(): Promise<void> {
    return this.#process.exited;
  }

  /** The last lines of the server's log, 200 by default. */
  logs(lines = 200): string {
    return this.#process.log.tail(lines);
  }

  /**
   * What a test can do with a server in test mode: move its clock, wait until it is settled, copy banks.
   * @throws TestkitError `INVALID_OPTION` when it was started without `testMode`.
   */
  get test(): TestSandbox {
    return new TestSandbox(this.#testControl(), "");
  }

  /**
   * A new sandbox of a server in test mode: a set of banks of its own, with a clock of its own, below its `url`.
   * @throws TestkitError `INVALID_OPTION` when it was started without `testMode`.
   */
  async makeSandbox(): Promise<TestSandbox> {
    const control = this.#testControl();
    const [id = ""] = await control.makeSandboxes(1);
    await holdIfRecorded(control, id, this.llm);
    return new TestSandbox(control, id);
  }

  #testControl(): TestControl {
    if (this.#control) return this.#control;
    throw new TestkitError("INVALID_OPTION", {
      what: "This server was started without `testMode: true`, so that it has no clock to move and no sandboxes.",
    });
  }

  /**
   * Ends the server and its private Postgres; resolves when both are gone. A second call does nothing. With `llm`, what was
   * recorded is written; `server.llm.end({ passed: false })` before keeps it from being so.
   *
   * @throws TestkitError with `llm` only, after all has ended: `LLM_MISS`, `CASSETTE_STALE`, `CASSETTE_SECRET`.
   */
  stop(): Promise<void> {
    return this.#stop({ passed: true });
  }

  async #stop(options: { passed: boolean }): Promise<void> {
    // What went wrong is told once: the end of an `await using` block may come after it.
    if (this.#stopped) return this.#stopped.catch(() => {});
    this.#stopped = this.#end(options);
    return this.#stopped;
  }

  async #end({ passed }: { passed: boolean }): Promise<void> {
    this.#control?.close();
    try {
      await this.#process.stop();
    } finally {
      await this.llm?.end({ passed });
    }
  }

  /** As `stop()`; but with `llm` nothing is written, as the block may have failed: call `stop()` as its last line. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.#stop({ passed: false });
  }
}

/** Hindsight servers for use without a test runner. */
export const HindsightServer = {
  /**
   * Starts a server and waits until it answers. It ends with `stop()`, at the end of an `await using` block, and with the
   * process that started it, however that one ends.
   *
   * @throws TestkitError with the code of what went wrong, the end of the server's log, and the remedy: `INVALID_OPTION`,
   * `LLM_KEY_MISSING`, `SERVER_PORT_TAKEN`, `SERVER_START_TIMEOUT`, `SERVER_START_FAILED`, `POSTGRES_…`.
   *
   * @example
   * await using server = await HindsightServer.start();
   * const client = new HindsightClient({ baseUrl: server.url });
   * await client.retain("my-bank", "Alice works at Google");
   */
  async start({
    onLog,
    ...options
  }: HindsightServerOptions & { onLog?: (line: string) => void } = {}): Promise<StartedHindsightServer> {
    checkServerOptions(options);
    const llm = options.llm && (await startRecording(options.llm));
    try {
      return await startServer(options, onLog, llm);
    } catch (error) {
      await llm?.end({ passed: false }).catch(() => {});
      throw error;
    }
  },
};

/** @returns `undefined` where the built-in model answers. */
async function startRecording(options: LlmOptions): Promise<RecordedLlm | undefined> {
  const { mode } = resolveLlm(parseLlmOptions(options, "`llm`"), {}, process.env);
  return mode === "offline" ? undefined : RecordedLlm.start(options);
}

async function startServer(
  options: HindsightServerOptions,
  onLog: ((line: string) => void) | undefined,
  llm: RecordedLlm | undefined,
): Promise<StartedHindsightServer> {
  const token = options.testToken === undefined ? randomBytes(16).toString("hex") : options.testToken;
  const { process, reply } = await DaemonProcess.start(
    {
      command: "serve",
      host: options.host ?? "127.0.0.1",
      port: parsePort(options.port),
      database: parseDatabase(options.database),
      environment: {
        ...toEnvironment(options),
        ...(llm && recordedEnvironment(llm, (provider) => llm.url(provider))),
      },
      attributeLlmCalls: llm !== undefined,
      logLevel: parseLogLevel(options.logLevel),
      testMode: options.testMode ?? false,
      testClock: parseClock(options.clock),
      idSeed: parseIdSeed(options.idSeed),
      token,
    },
    { startTimeout: parseStartTimeout(options.startTimeout), onLog },
  );
  if (!("ready" in reply)) throw new Error("The daemon answered another command than the one it was given");
  const control = options.testMode
    ? new TestControl({ url: reply.ready.url, token, ending: process.ending })
    : undefined;
  if (control) await holdIfRecorded(control, "", llm);
  return new StartedHindsightServer(process, reply.ready, control, llm);
}

/** What is asked of a model must not depend on how quickly the test goes on. */
async function holdIfRecorded(
  control: TestControl,
  sandbox: string,
  llm: RecordedLlm | undefined,
): Promise<void> {
  if (llm && isRecorded(llm.mode)) await control.holdWork(sandbox);
}
