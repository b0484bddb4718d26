import { HindsightClient } from "@vectorize-io/hindsight-client";
import { TEST_BANK_ID } from "../../daemon-protocol.ts";
import { TestkitError } from "../../errors/testkit-error.ts";
import type { Session } from "./session.ts";
import { TestBank } from "./test-bank.ts";

const LOG_LINES = 20;
const SETTLE_TIMEOUT_MS = 30_000;

/** The slot's server, as the running test sees it. */
export interface TestHindsight {
  /** The base URL for code under test. What goes through it stays in this test's sandbox, whatever the bank id. */
  readonly url: string;
  /** The official client, on that URL. */
  readonly client: HindsightClient;
}

/** One run of one test: its sandbox, from its beginning to its clean-up or its failure report. */
export class TestRun {
  readonly bank: TestBank;
  readonly hindsight: TestHindsight;
  readonly #session: Session;
  readonly #sandbox: string;
  readonly #name: string;
  #ended = false;

  constructor(session: Session, sandbox: string, name: string) {
    this.#session = session;
    this.#sandbox = sandbox;
    this.#name = name;
    const url = `${session.lease.server.url}/sandbox/${sandbox}`;
    const client = new HindsightClient({ baseUrl: url });
    this.hindsight = { url, client };
    this.bank = new TestBank(TEST_BANK_ID, client, session.control, sandbox);
  }

  /**
   * Ends the test, once: a body that was timed out may still come to its own end. A failed one is reported, and its sandbox is kept until the run ends; a passed one's is closed.
   * @throws TestkitError `LLM_MISS` when a call had no answer in the cassette, also where the server swallowed that;
   * `CASSETTE_STALE` when the passing test did not ask for all of it; `CASSETTE_SECRET`.
   */
  async end({ failed }: { failed: boolean }): Promise<void> {
    if (this.#ended) return;
    this.#ended = true;
    try {
      await this.#endRecording(failed);
    } catch (error) {
      await this.#reportFailure();
      throw error;
    }
    if (failed) await this.#reportFailure();
    else this.#session.closeSandbox(this.#sandbox);
  }

  async #endRecording(failed: boolean): Promise<void> {
    const { lease, client, control } = this.#session;
    if (lease.llmMode === "offline") return;
    // Background work of this test may still ask the model; its answers belong to this test's cassette.
    if (!failed) await control.settle(this.#sandbox, undefined, SETTLE_TIMEOUT_MS);
    const { misses, unused, cassette } = await client.endTest(lease.id, {
      sandbox: this.#sandbox,
      passed: !failed,
    });
    if (misses.length > 0) {
      throw new TestkitError("LLM_MISS", {
        what: `${count(misses.length, "LLM call")} had no recorded answer.\n${misses.join("\n")}`,
      });
    }
    if (!failed && unused.length > 0) {
      throw new TestkitError("CASSETTE_STALE", {
        what: `The test passed without ${count(unused.length, "entry", "entries")} of ${cassette}:\n${unused.join("\n")}`,
      });
    }
  }

  async #reportFailure(): Promise<void> {
    const { lease, client } = this.#session;
    const log = await client
      .serverLog(lease.id, this.#sandbox, LOG_LINES)
      .catch((error: Error) => `(the log cannot be had: ${error.message})`);
    const { url } = this.hindsight;
    console.error(
      [
        `[hindsight-testkit] ${this.#name} failed. Its memory, kept until the run ends:`,
        `  bank    ${this.bank.id}`,
        `  url     ${url}`,
        `  look    curl ${url}/v1/default/banks/${this.bank.id}/memories/list`,
        `  server  pid ${lease.server.pid}; the end of its log:`,
        log.replace(/^/gm, "    "),
      ].join("\n"),
    );
  }
}

function count(n: number, one: string, many = `${one}s`): string {
  return `${n} ${n === 1 ? one : many}`;
}
