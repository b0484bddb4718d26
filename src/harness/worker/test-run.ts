import { TestkitError } from "../../errors/testkit-error.ts";
import { NOT_RECORDED, unansweredError } from "../../gateway/misses/unanswered.ts";
import { plural } from "../../gateway/plural.ts";
import type { TestPlace } from "./places/place.ts";
import type { Session } from "./session.ts";
import type { TestBank } from "./test-bank.ts";
import type { TestHindsight } from "./test-hindsight.ts";
import type { TestLlm } from "./test-llm.ts";

const SETTLE_TIMEOUT_MS = 30_000;

/** One run of one test: its place, from its beginning to its clean-up or its failure report. */
export class TestRun {
  readonly bank: TestBank;
  readonly hindsight: TestHindsight;
  readonly llm: TestLlm;
  readonly #session: Session;
  readonly #place: TestPlace;
  readonly #name: string;
  #ended = false;

  constructor(session: Session, place: TestPlace, name: string, llm: TestLlm) {
    this.#session = session;
    this.#place = place;
    this.#name = name;
    this.llm = llm;
    this.bank = place.bank;
    this.hindsight = place.hindsight;
  }

  /**
   * Ends the test, once: a body that was timed out may still come to its own end. A failed one is reported, and its memory is kept until the run ends; a passed one's is removed.
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
      this.#session.endTest(this.#place.id);
    }
    if (failed) await this.#reportFailure();
    else this.#session.removePlace(this.#place);
  }

  async #endRecording(failed: boolean): Promise<void> {
    const { lease, client } = this.#session;
    if (lease.kind === "existing" || (lease.llmMode === "offline" && this.llm.isPlain)) {
      const refused = [...this.llm.refusedCalls];
      if (refused.length > 0) throw unansweredError({ missed: [], refused }).withoutStack();
      return;
    }
    const unsettled = failed ? undefined : await this.#settle();
    const own = [...this.llm.refusedCalls];
    const { misses, refused, toldBefore, unused, cassette } = await client.endTest(lease.id, {
      sandbox: this.#place.id,
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
      await this.#place.settle(SETTLE_TIMEOUT_MS);
      return undefined;
    } catch (error) {
      return { error };
    }
  }

  async #reportFailure(): Promise<void> {
    const { look, server } = await this.#place.describe();
    console.error(
      [
        `[hindsight-testkit] ${this.#name} failed. Its memory, kept until the run ends:`,
        `  bank    ${this.bank.id}`,
        `  url     ${this.hindsight.url}`,
        `  look    ${look}`,
        `  server  ${server.join("\n")}`,
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
