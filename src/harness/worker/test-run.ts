import { HindsightClient } from "@vectorize-io/hindsight-client";
import { TEST_BANK_ID } from "../../daemon-protocol.ts";
import { TestkitError } from "../../errors/testkit-error.ts";
import { NOT_RECORDED } from "../../gateway/misses/miss-report.ts";
import { unansweredError } from "../../gateway/misses/unanswered.ts";
import { plural } from "../../gateway/plural.ts";
import { TestClock } from "../../server/test-clock.ts";
import type { TestControl } from "../../server/test-control.ts";
import type { Session } from "./session.ts";
import { TestBank } from "./test-bank.ts";
import type { TestLlm } from "./test-llm.ts";

export type { TestClock, TimeSpan } from "../../server/test-clock.ts";

const LOG_LINES = 20;
const SETTLE_TIMEOUT_MS = 30_000;

/** The slot's server, as the running test sees it. */
export interface TestHindsight {
  /** The base URL for code under test. What goes through it stays in this test's sandbox, whatever the bank id. */
  readonly url: string;
  /** The official client, on that URL. */
  readonly client: HindsightClient;
  /** The test's own clock: it stands still at the same instant in every test, until this test moves it. */
  readonly clock: TestClock;
  /**
   * Copies all banks of the test, and its clock, into a world of their own. What happens in the one afterwards does not
   * concern the other. Wait until the banks are settled first: work in progress is not copied. The copy ends with the test.
   *
   * @throws TestkitError `FORK_REFUSED` when work has not ended.
   *
   * @example
   * const { bank: later, hindsight: future } = await hindsight.fork();
   * await future.clock.advance({ days: 30 });
   */
  fork(): Promise<{ bank: TestBank; hindsight: TestHindsight }>;
}

/**
 * A sandbox of the slot's server: its bank, and the way to it.
 * @param onFork is told the sandboxes that it is copied to, and those that these are copied to.
 */
function openSandbox(
  control: TestControl,
  sandbox: string,
  onFork: (sandbox: string) => void,
): { bank: TestBank; hindsight: TestHindsight } {
  const url = `${control.url}/sandbox/${sandbox}`;
  const client = new HindsightClient({ baseUrl: url });
  const hindsight = {
    url,
    client,
    clock: new TestClock(control, sandbox),
    fork: async () => {
      const copy = await control.forkSandbox(sandbox);
      onFork(copy);
      return openSandbox(control, copy, onFork);
    },
  };
  return { bank: new TestBank(TEST_BANK_ID, client, control, sandbox), hindsight };
}

/** One run of one test: its sandbox, from its beginning to its clean-up or its failure report. */
export class TestRun {
  readonly bank: TestBank;
  readonly hindsight: TestHindsight;
  readonly llm: TestLlm;
  readonly #session: Session;
  readonly #sandbox: string;
  readonly #forks: string[] = [];
  readonly #name: string;
  #ended = false;

  constructor(session: Session, sandbox: string, name: string, llm: TestLlm) {
    this.#session = session;
    this.#sandbox = sandbox;
    this.#name = name;
    this.llm = llm;
    const { bank, hindsight } = openSandbox(session.control, sandbox, (copy) => this.#forks.push(copy));
    this.bank = bank;
    this.hindsight = hindsight;
  }

  /**
   * Ends the test, once: a body that was timed out may still come to its own end. A failed one is reported, and its sandbox is kept until the run ends; a passed one's is closed.
   * @throws TestkitError `LLM_MISS` when a call had no answer in the cassette, also where the server swallowed that;
   * `LLM_CALL_REFUSED` when one could not be answered at all;
   * `CASSETTE_STALE` when the passing test did not ask for all of it; `CASSETTE_SECRET`; `BANK_NOT_SETTLED`.
   */
  async end({ failed }: { failed: boolean }): Promise<void> {
    if (this.#ended) return;
    this.#ended = true;
    try {
      await this.#endRecording(failed);
    } catch (error) {
      if (!(error instanceof RepeatedMiss)) await this.#reportFailure();
      throw error;
    } finally {
      this.#session.endTest(this.#sandbox);
    }
    if (failed) await this.#reportFailure();
    else this.#session.closeSandbox(this.#sandbox);
  }

  async #endRecording(failed: boolean): Promise<void> {
    const { lease, client } = this.#session;
    if (lease.llmMode === "offline" && this.llm.isPlain) {
      const refused = [...this.llm.refusedCalls];
      if (refused.length > 0) throw unansweredError({ missed: [], refused }).withoutStack();
      return;
    }
    const unsettled = failed ? undefined : await this.#settle();
    const own = [...this.llm.refusedCalls];
    const { misses, refused, toldBefore, unused, cassette } = await client.endTest(lease.id, {
      sandbox: this.#sandbox,
      passed: !failed && own.length === 0 && unsettled === undefined,
    });
    if (toldBefore && own.length === 0) throw new RepeatedMiss(misses.join("\n"));
    const all = { missed: misses, refused: [...refused, ...own] };
    if (all.missed.length + all.refused.length > 0) throw unansweredError(all).withoutStack();
    if (unsettled) throw unsettled.error;
    if (!failed && unused.length > 0) {
      throw new TestkitError("CASSETTE_STALE", {
        what: `The test passed without ${plural(unused.length, "entry", "entries")} of ${cassette}:\n${unused.join("\n")}`,
      }).withoutStack();
    }
  }

  /**
   * Background work of this test may still ask the model; its answers belong to this test's cassette.
   * @returns why it did not come to its end. A miss may be the reason, and says more.
   */
  async #settle(): Promise<{ error: unknown } | undefined> {
    try {
      for (const sandbox of [this.#sandbox, ...this.#forks]) {
        await this.#session.control.settle(sandbox, undefined, SETTLE_TIMEOUT_MS);
      }
      return undefined;
    } catch (error) {
      return { error };
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

/** What another test of the run has told: its bank and its server's log say no more either. */
class RepeatedMiss extends TestkitError {
  constructor(what: string) {
    super("LLM_MISS", { what, toldBefore: true });
    this.withoutStack();
  }
}

/**
 * A test that failed because a call of its own was a miss has nothing more to say than the miss. Where another test has told
 * that, the place is left out of what the runner prints of the test's own errors.
 */
export function shortenConsequences(
  miss: unknown,
  errors: readonly { message?: string; stack?: string }[],
): void {
  if (!(miss instanceof RepeatedMiss)) return;
  for (const error of errors) {
    if (error.message?.includes(NOT_RECORDED)) error.stack = error.message;
  }
}
