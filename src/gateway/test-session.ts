import type { Answer } from "./answer.ts";
import { Answerer } from "./answerer.ts";
import { loadCassette, saveCassette, shownPath } from "./cassette/store.ts";
import type { GatewayCall, GatewayTest, LlmCall, Responder, TestOutcome } from "./gateway-test.ts";
import type { RunMisses } from "./misses/run-misses.ts";
import { Recorder } from "./recorder.ts";
import { Replayer } from "./replayer.ts";
import type { RunRecordings } from "./run-recordings.ts";
import { SecretScanner } from "./secrets.ts";

/** How long the end of a recorded test waits for answers that are still on their way. */
const IN_FLIGHT_LIMIT_MS = 5_000;

/** What the gateway knows of a test while it runs. */
export class TestSession {
  readonly test: GatewayTest;
  readonly startedAt = Date.now();
  readonly #replayer: Replayer | undefined;
  readonly #recorder: Recorder | undefined;
  readonly #secrets: SecretScanner;
  readonly #answerer: Answerer;
  readonly #calls: LlmCall[] = [];
  readonly #inFlight = new Set<Promise<unknown>>();
  readonly #givenUp = new AbortController();

  private constructor(test: GatewayTest, replayer: Replayer | undefined) {
    this.test = test;
    const asksProvider = test.mode !== "replay" && test.mode !== "scripted";
    this.#secrets = new SecretScanner(asksProvider ? process.env : {});
    this.#replayer = replayer;
    this.#recorder = asksProvider ? new Recorder(this.#secrets) : undefined;
    const givenUp = this.#givenUp.signal;
    this.#answerer = new Answerer({ test, replayer, recorder: this.#recorder, givenUp });
  }

  /** @throws TestkitError `CASSETTE_INVALID` in `replay` and `auto` */
  static async begin(test: GatewayTest): Promise<TestSession> {
    const replays = test.mode === "replay" || test.mode === "auto";
    return new TestSession(test, replays ? new Replayer(await loadCassette(test.cassette)) : undefined);
  }

  /** From now on the calls of a scope are the test's to answer. */
  respond(scope: string, responder: Responder): void {
    this.#answerer.respond(scope, responder);
  }

  get calls(): readonly LlmCall[] {
    return this.#calls;
  }

  /** Answers a call: from the cassette, by the provider, or as the test says. */
  async answer(call: GatewayCall): Promise<Answer> {
    const start = performance.now();
    const { scope, bank, operation } = call.attribution;
    let model: string | undefined;
    const exchanging = this.#answerer.answer(call, (name) => {
      model = name;
    });
    this.#track(exchanging);
    const { answer, source, usage } = await exchanging;
    const told = usage.then((tokens) => {
      const durationMs = performance.now() - start;
      this.#calls.push({
        scope,
        model,
        bank,
        operation,
        source,
        status: answer.status,
        ...tokens,
        durationMs,
      });
    });
    this.#track(told);
    // Whoever reads the answer may ask for the list at once.
    if (typeof answer.body === "string") await told;
    return answer;
  }

  /**
   * Ends the test. When it passed, what was recorded is written.
   * @param runMisses the misses of the run's other tests. @param runRecordings what these have recorded.
   * @throws TestkitError `CASSETTE_SECRET`, `RECORD_REFUSED`
   */
  async end(passed: boolean, runMisses: RunMisses, runRecordings?: RunRecordings): Promise<TestOutcome> {
    const { cassette, testName, recordCommand, mode } = this.test;
    if (passed && this.#recorder) await this.#settle();
    this.giveUp();
    const sharing = this.#replayer?.hasMissed ? await runMisses.sharing() : undefined;
    const context = { cassettePath: shownPath(cassette), recordCommand, sharing };
    const missed = [...this.#answerer.refused, ...(this.#replayer?.misses(context) ?? [])];
    const unused = this.#replayer?.unused() ?? [];
    // The cassette of a passed test holds what the test asked, and nothing else.
    const changed =
      mode === "record" || (mode === "auto" && (unused.length > 0 || this.#recorder?.hasRecorded));
    let written: string | null = null;
    if (this.#recorder && changed && passed && missed.length === 0) {
      const recorded = this.#recorder.cassette(testName);
      runRecordings?.refuseOther(cassette, recorded);
      written = await saveCassette(cassette, recorded, this.#secrets);
      runRecordings?.add(cassette, recorded);
    }
    const { misses, toldBefore } = runMisses.tell(this.test, missed);
    return {
      misses,
      toldBefore,
      unused: mode === "replay" ? unused : [],
      written,
      calls: this.#calls,
    };
  }

  /** Cuts off calls that still wait for the provider; their answers are not recorded. */
  giveUp(): void {
    this.#givenUp.abort(new Error("the test has ended"));
  }

  #track(work: Promise<unknown>): void {
    this.#inFlight.add(work);
    const done = () => void this.#inFlight.delete(work);
    work.then(done, done);
  }

  /** Waits for calls that nobody waited for, within a limit. */
  async #settle(): Promise<void> {
    let isOver = false;
    let timer: NodeJS.Timeout | undefined;
    const limit = new Promise<void>((resolve) => {
      timer = setTimeout(() => {
        isOver = true;
        resolve();
      }, IN_FLIGHT_LIMIT_MS);
    });
    // A call whose answer has begun is one whose answer must end.
    while (this.#inFlight.size > 0 && !isOver)
      await Promise.race([Promise.allSettled(this.#inFlight), limit]);
    clearTimeout(timer);
  }
}
