import type { Phases } from "../daemon-protocol.ts";
import { TestkitError } from "../errors/testkit-error.ts";
import type { RecordedLlm } from "../gateway/recorded-llm.ts";
import type { DaemonProcess } from "./daemon-process.ts";
import { holdIfRecorded } from "./hold-if-recorded.ts";
import type { TestControl } from "./test-control.ts";
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
  readonly #dropDatabase: () => Promise<void>;
  readonly #control: TestControl | undefined;
  #stopped: Promise<void> | undefined;

  /** @internal */
  constructor(
    process: DaemonProcess,
    ready: { url: string; port: number; phases: Phases },
    control: TestControl | undefined,
    llm: RecordedLlm | undefined,
    dropDatabase: () => Promise<void> = async () => {},
  ) {
    this.#process = process;
    this.#dropDatabase = dropDatabase;
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
      await this.#process.stop().finally(() => this.#dropDatabase());
    } finally {
      await this.llm?.end({ passed });
    }
  }

  /** As `stop()`; but with `llm` nothing is written, as the block may have failed: call `stop()` as its last line. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.#stop({ passed: false });
  }
}
