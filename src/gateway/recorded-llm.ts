import { resolve } from "node:path";
import { TestkitError } from "../errors/testkit-error.ts";
import { shownPath } from "./cassette/store.ts";
import { LlmGateway } from "./gateway.ts";
import type { LlmCall, Responder } from "./gateway-test.ts";
import {
  type LlmMode,
  type LlmOptions,
  llmUpstream,
  parseLlmOptions,
  type ResolvedLlm,
  resolveLlm,
} from "./llm-options.ts";
import { unanswered, unansweredError } from "./misses/unanswered.ts";

/** All calls of a gateway that serves one test are its own. */
const TEST = { slot: "1", sandboxId: null } as const;

/**
 * LLM calls that are recorded and replayed without a test runner: for one server, ours or another, or for one program. Whoever
 * asks is given {@link url} as the base URL of its provider.
 */
export class RecordedLlm implements AsyncDisposable {
  /** As the environment and the options have it. */
  readonly mode: LlmMode;
  readonly provider: string;
  readonly model: string;
  readonly #gateway: LlmGateway;
  readonly #cassette: string;
  #ended: Promise<void> | undefined;

  private constructor(gateway: LlmGateway, { mode, provider, model }: ResolvedLlm, cassette: string) {
    this.#gateway = gateway;
    this.mode = mode;
    this.provider = provider;
    this.model = model;
    this.#cassette = cassette;
  }

  /**
   * Starts a gateway on a free port of loopback. `HINDSIGHT_LLM` goes before `mode`.
   *
   * @param options as those of tests; `cassette` is the path of a file, from the working directory.
   * @throws TestkitError `INVALID_OPTION`, `RECORD_REFUSED`, `CASSETTE_INVALID`
   *
   * @example
   * await using llm = await RecordedLlm.start({ mode: "replay", cassette: "cassettes/agent.jsonl" });
   * const agent = spawn("my-agent", { env: { ...process.env, OPENAI_BASE_URL: llm.url() } });
   * await once(agent, "exit");
   * await llm.end();
   */
  static async start(options: LlmOptions): Promise<RecordedLlm> {
    const llm = resolveLlm(parseLlmOptions(options, "`llm`"), {}, process.env);
    const { mode, cassette = "" } = llm;
    if (mode === "offline") {
      throw new TestkitError("INVALID_OPTION", {
        what: "`mode` is `offline`: the built-in model is asked within the server, and nothing is recorded.",
      });
    }
    if (mode !== "live" && cassette === "") {
      throw new TestkitError("INVALID_OPTION", {
        what: "`llm.cassette` is not set: it is the path of the cassette.",
      });
    }
    const path = resolve(cassette);
    const upstream = llmUpstream(llm);
    const gateway = await LlmGateway.start();
    try {
      await gateway.beginTest({
        ...TEST,
        mode,
        cassette: path,
        testName: shownPath(path),
        recordCommand: "the same, with HINDSIGHT_LLM=record",
        upstreams: { llm: upstream, embeddings: upstream, reranker: upstream },
      });
    } catch (error) {
      await gateway.close();
      throw error;
    }
    return new RecordedLlm(gateway, llm, path);
  }

  /**
   * The base URL of the gateway for one that speaks as `provider` does.
   * @throws TestkitError `INVALID_OPTION` for a provider whose API is not spoken here.
   */
  url(provider = "openai"): string {
    return this.#gateway.baseUrl(TEST.slot, provider);
  }

  /** The calls so far, in the order in which they were answered. */
  calls(): readonly LlmCall[] {
    return this.#gateway.calls(TEST);
  }

  /** From now on the calls of a scope are answered by `responder`; they are not recorded. */
  respond(scope: string, responder: Responder): void {
    this.#gateway.respond(TEST, scope, responder);
  }

  /**
   * Ends it, once. What was recorded is written, unless `passed` is false.
   * @throws TestkitError `LLM_MISS` when a call had no answer; `CASSETTE_STALE` when all of it passed without some entry;
   * `CASSETTE_SECRET`; `LLM_CALL_REFUSED` when one could not even be compared with what is recorded.
   */
  end({ passed = true }: { passed?: boolean } = {}): Promise<void> {
    this.#ended ??= this.#end(passed);
    return this.#ended;
  }

  async #end(passed: boolean): Promise<void> {
    try {
      const { misses, unused } = await this.#gateway.endTest({ ...TEST, passed });
      if (misses.length > 0) throw unansweredError(unanswered(misses));
      if (passed && unused.length > 0) {
        const entries = unused.map(({ summary }) => summary).join("\n");
        const what = `Nobody asked for ${unused.length} of the entries of ${shownPath(this.#cassette)}:\n${entries}`;
        throw new TestkitError("CASSETTE_STALE", { what });
      }
    } finally {
      await this.#gateway.close();
    }
  }

  /**
   * The end of an `await using` block, which may as well be that of a block that failed: nothing is written, and entries that
   * nobody asked for are no error. Call {@link end} as the block's last line.
   * @throws TestkitError `LLM_MISS`, `LLM_CALL_REFUSED`
   */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.end({ passed: false });
  }
}
