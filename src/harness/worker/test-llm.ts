import { LLM_SCOPES, type LlmScope } from "../../daemon-protocol.ts";
import { TestkitError } from "../../errors/testkit-error.ts";
import type { LlmCall } from "../../gateway/gateway-test.ts";
import type { LlmMode } from "../../gateway/llm-options.ts";
import type { ScriptedAnswer } from "../../gateway/wire/wire.ts";
import type { ScriptedCall } from "../protocol.ts";
import { noteOwn, realm } from "./own-calls/realm.ts";
import type { TestPlace } from "./places/place.ts";
import type { Session } from "./session.ts";

/** A call that a test answers itself. */
export type LlmRequest = Pick<ScriptedCall, "scope" | "model" | "body">;
/** What a test answers in a model's place: a text, a text and tool calls. */
export type LlmAnswer = string | ScriptedAnswer;

/** The LLM calls of the running test. */
export class TestLlm {
  /** How they are answered, as the environment and the options have it. */
  readonly mode: LlmMode;
  readonly #session: Session;
  readonly #place: TestPlace;
  readonly #urls = new Map<string, Promise<string>>();
  /** @internal Calls of code under test that had no answer, and never came to the gateway. */
  readonly refusedCalls = new Set<string>();
  readonly #answers = new Map<string, (request: LlmRequest) => LlmAnswer | Promise<LlmAnswer>>();
  /** The scopes are told until here. */
  #told: Promise<void> = Promise.resolve();

  /** @internal */
  constructor(session: Session, place: TestPlace, mode: LlmMode) {
    this.#session = session;
    this.#place = place;
    this.mode = mode;
  }

  /**
   * The test's calls so far, in the order in which they were answered: what for, which model, how many tokens, by whom it was
   * answered (`cassette`: replayed, `provider`: live, `offline`: the built-in model, `test`: {@link respond}, `none`: nobody),
   * and how long it took, in milliseconds. Work that still goes on may add to them: wait with `bank.settled()` first.
   *
   * @example
   * expect(await llm.calls()).toMatchObject([{ scope: "retain_extract_facts", source: "cassette" }]);
   */
  async calls(): Promise<(Omit<LlmCall, "source"> & { source: LlmCall["source"] | "offline" })[]> {
    this.#place.requireOwn("llm.calls()");
    const { client, lease } = this.#session;
    const [asked, served] = await Promise.all([
      client.calls(lease.id, this.#place.id),
      this.#place.llmCalls(),
    ]);
    // What the gateway answered, it has told itself, with more.
    const offline = served.filter(({ provider }) => provider === "offline");
    const own = offline.map((call) => ({
      scope: call.scope,
      model: call.model,
      bank: call.bank_id,
      operation: call.operation_id ?? undefined,
      source: "offline" as const,
      status: call.failed ? 500 : 200,
      inputTokens: call.input_tokens,
      outputTokens: call.output_tokens,
      durationMs: call.duration_ms,
    }));
    return [...own, ...asked];
  }

  /**
   * From now on this test answers the calls of a scope itself, whatever its cassette holds; nothing of them is recorded.
   *
   * @param scope what the calls are for: `retain_extract_facts`, `reflect`, `consolidation`, …; `agent`: those of the code
   * under test that `recordLlm()` intercepts.
   * @param answer the text that the model says, text and tool calls, or a function that is given the request and returns it.
   * @throws TestkitError `INVALID_OPTION` for a scope that no call has; `EXISTING_SERVER`.
   *
   * @example
   * await llm.respond("reflect", ({ body }) => ({ toolCalls: [{ name: "done", arguments: { answer: "Peanuts." } }] }));
   */
  async respond(
    // Any text, without losing the known ones to it.
    scope: LlmScope | "agent" | (string & {}),
    answer: LlmAnswer | ((request: LlmRequest) => LlmAnswer | Promise<LlmAnswer>),
  ): Promise<void> {
    this.#place.requireOwn("llm.respond()");
    const known: readonly string[] = [...LLM_SCOPES, ...realm().scopes];
    if (!known.includes(scope)) {
      throw new TestkitError("INVALID_OPTION", {
        what: `A scope is one of ${known.join(", ")}, not ${JSON.stringify(scope)}.`,
      });
    }
    this.#answers.set(scope, typeof answer === "function" ? answer : () => answer);
    const { client, lease } = this.#session;
    const scopes = [...this.#answers.keys()];
    // One after another: each names all scopes until then, and the last one counts.
    const telling = this.#told.then(() =>
      client.respond(lease.id, { sandbox: this.#place.id, scopes, isOffline: this.mode === "offline" }),
    );
    this.#told = telling.catch(() => {});
    await telling;
  }

  /**
   * The base URL under which other programs of this test (a subprocess, a worker thread, code whose calls cannot be
   * intercepted) reach their model through the gateway, so that they are recorded in the test's cassette too.
   *
   * @param provider whose API the program speaks (`openai`): `openai`, `anthropic`, `gemini`, `ollama`.
   * @throws TestkitError `INVALID_OPTION` for another one; `EXISTING_SERVER`.
   */
  async url(provider = "openai"): Promise<string> {
    this.#place.requireOwn("llm.url()");
    const known = this.#urls.get(provider);
    if (known) return known;
    const { client, lease } = this.#session;
    const url = client.gatewayUrl(lease.id, { sandbox: this.#place.id, provider }).then((address) => {
      noteOwn(address);
      return address;
    });
    this.#urls.set(provider, url);
    return url;
  }

  /** @internal Whether the gateway knows nothing of this test. */
  get isPlain(): boolean {
    return this.mode === "offline" && this.#answers.size === 0;
  }

  /** @internal Whether the code under test gets an answer: the built-in model has none for it. */
  answersOwn(scope: string): boolean {
    return this.mode !== "offline" || this.#answers.has(scope);
  }

  /** @internal What the test answers to a call of its own. */
  async answer({ scope, model, body }: ScriptedCall): Promise<ScriptedAnswer> {
    const answer = await this.#answers.get(scope)?.({ scope, model, body });
    if (typeof answer === "string") return { text: answer };
    if (typeof answer === "object" && answer !== null) return answer;
    throw new Error(`the function for ${scope} returned neither a text nor an answer`);
  }
}
