import { type Answer, jsonAnswer, missAnswer } from "./answer.ts";
import { loadCassette, saveCassette, shownPath } from "./cassette/store.ts";
import type { OutgoingCall, Upstream } from "./forward.ts";
import type { Json } from "./json.ts";
import { type Blocks, keyRequest } from "./key.ts";
import { describeUnreadable, type Miss } from "./miss-report.ts";
import { Recorder } from "./recorder.ts";
import { Replayer, type UnusedEntry } from "./replayer.ts";
import type { Attribution, LlmRequest } from "./request.ts";
import { SecretScanner } from "./secrets.ts";
import type { Wire } from "./wire/wire.ts";

/** How long the end of a recorded test waits for answers that are still on their way. */
const IN_FLIGHT_LIMIT_MS = 5_000;

/** A test whose calls are replayed or recorded. */
export interface GatewayTest {
  slot: string;
  /** Empty: the default sandbox. */
  sandboxId: string;
  mode: "replay" | "record";
  /** The absolute path of its cassette. */
  cassette: string;
  /** Its full name, which the cassette's header tells. */
  testName: string;
  /** The command that records this test alone. */
  recordCommand: string;
}

/** One call of a test, for assertions and reports. */
interface LlmCall {
  scope: string;
  /** `undefined` when the request could not be read. */
  model: string | undefined;
  bank: string | undefined;
  operation: string | undefined;
  /** `none`: it was a miss. */
  source: "cassette" | "provider" | "none";
  /** The HTTP status that the server got. */
  status: number;
  /** As the provider counted them; `null` where it did not say. */
  inputTokens: number | null;
  outputTokens: number | null;
  durationMs: number;
}

export interface TestOutcome {
  /** Calls that were not answered. They fail the test, also where the server swallowed the error. */
  misses: Miss[];
  /** Recorded answers that the test did not ask for. Always empty in `record`. */
  unused: UnusedEntry[];
  /** The cassette that was written. */
  written: string | null;
  /** In the order in which they were answered. */
  calls: LlmCall[];
}

interface Answered {
  answer: Answer;
  source: LlmCall["source"];
  /** The recorded form of the answer. */
  kept: Json | undefined;
}

/** What the gateway knows of a test while it runs. */
export class TestSession {
  readonly test: GatewayTest;
  readonly #source: Replayer | Recorder;
  readonly #secrets: SecretScanner;
  readonly #unreadable: Miss[] = [];
  readonly #calls: LlmCall[] = [];
  readonly #inFlight = new Set<Promise<unknown>>();
  readonly #givenUp = new AbortController();

  private constructor(test: GatewayTest, source: Replayer | Recorder, secrets: SecretScanner) {
    this.test = test;
    this.#source = source;
    this.#secrets = secrets;
  }

  /** @throws TestkitError `CASSETTE_INVALID` in replay */
  static async replay(test: GatewayTest): Promise<TestSession> {
    const cassette = await loadCassette(test.cassette);
    return new TestSession(test, new Replayer(cassette), new SecretScanner({}));
  }

  static record(test: GatewayTest, upstream: Upstream): TestSession {
    const secrets = new SecretScanner(process.env);
    return new TestSession(test, new Recorder(upstream, secrets), secrets);
  }

  /** Answers a request that was read, from the cassette or by the provider. */
  async answer(
    wire: Wire,
    request: LlmRequest,
    attribution: Attribution,
    call: OutgoingCall,
  ): Promise<Answer> {
    const start = performance.now();
    const answering = this.#answer(wire, request, call);
    this.#inFlight.add(answering);
    const { answer, source, kept } = await answering.finally(() => this.#inFlight.delete(answering));
    const { scope, bank, operation } = attribution;
    this.#calls.push({
      scope,
      model: request.model,
      bank,
      operation,
      source,
      status: answer.status,
      ...(kept === undefined ? { inputTokens: null, outputTokens: null } : wire.readUsage(kept)),
      durationMs: performance.now() - start,
    });
    return answer;
  }

  async #answer(wire: Wire, request: LlmRequest, call: OutgoingCall): Promise<Answered> {
    const blocks: Blocks = new Map();
    const keyed = keyRequest(request, blocks);
    if (this.#source instanceof Recorder) {
      const signal = AbortSignal.any([call.signal, this.#givenUp.signal]);
      const recorded = await this.#source.ask(wire, keyed, blocks, { ...call, signal });
      return { ...recorded, source: "provider" };
    }
    const entry = this.#source.take(keyed, blocks);
    if (!entry) {
      const answer = missAnswer(
        "This call is not in the test's cassette. The failed test says what differs.",
      );
      return { answer, source: "none", kept: undefined };
    }
    const { status, body } = entry.response;
    return {
      answer: jsonAnswer(status, wire.restoreAnswer(body, keyed.key)),
      source: "cassette",
      kept: body,
    };
  }

  /** Answers a request that could not be read, and keeps it as a miss. */
  refuse(reason: string, { scope, bank, operation }: Attribution): Answer {
    this.#unreadable.push(describeUnreadable(reason, scope));
    const answer = missAnswer(reason);
    this.#calls.push({
      scope,
      model: undefined,
      bank,
      operation,
      source: "none",
      status: answer.status,
      inputTokens: null,
      outputTokens: null,
      durationMs: 0,
    });
    return answer;
  }

  /**
   * Ends the test. When it was recorded and passed, its cassette is written.
   * @throws TestkitError `CASSETTE_SECRET`
   */
  async end(passed: boolean): Promise<TestOutcome> {
    const { cassette, testName, recordCommand } = this.test;
    if (this.#source instanceof Replayer) {
      const context = { cassettePath: shownPath(cassette), recordCommand };
      const misses = [...this.#unreadable, ...this.#source.misses(context)];
      return { misses, unused: this.#source.unused(), written: null, calls: this.#calls };
    }
    if (passed) await this.#settle();
    this.giveUp();
    const misses = this.#unreadable;
    const write = passed && misses.length === 0;
    const written = write
      ? await saveCassette(cassette, this.#source.cassette(testName), this.#secrets)
      : null;
    return { misses, unused: [], written, calls: this.#calls };
  }

  /** Cuts off calls that still wait for the provider; their answers are not recorded. */
  giveUp(): void {
    this.#givenUp.abort(new Error("the test has ended"));
  }

  /** Waits for calls that nobody waited for, within a limit. */
  async #settle(): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const limit = new Promise((resolve) => {
      timer = setTimeout(resolve, IN_FLIGHT_LIMIT_MS);
    });
    await Promise.race([Promise.allSettled(this.#inFlight), limit]);
    clearTimeout(timer);
  }
}
