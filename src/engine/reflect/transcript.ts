import { LlmError } from "../../llm/llm-error.ts";
import type { ChatModel, ChatRequest, ChatResponse, TokenUsage } from "../../llm/types.ts";
import type { Attribution } from "../../remote/attribution.ts";
import { sanitizeText } from "../sanitize.ts";
import type { ReflectAnswer } from "../types.ts";
import { addUsage, NO_USAGE } from "../usage.ts";

type Trace = NonNullable<ReflectAnswer["trace"]>;
type Call = Omit<ChatRequest, "scope" | "operation" | "step" | "attribution">;

/** What the model calls of a run have in common. */
export interface TranscriptOptions {
  attribution: Attribution;
  signal: AbortSignal;
  /** Whose settings count, where it is not reflect's own. */
  operation: ChatRequest["operation"];
  /** Of what the model writes in one call; null: no limit. */
  maxCompletionTokens: number | null;
}

/** The model calls of one run: makes them, sums up their usage, and keeps the trace. */
export class Transcript {
  readonly #model: ChatModel;
  readonly #options: TranscriptOptions;
  readonly trace: Trace = { toolCalls: [], llmCalls: [] };
  usage: TokenUsage = NO_USAGE;

  constructor(model: ChatModel, options: TranscriptOptions) {
    this.#model = model;
    this.#options = options;
  }

  /** The model's name for messages: `<provider>/<model>`. */
  get modelName(): string {
    return `${this.#model.provider}/${this.#model.model}`;
  }

  /**
   * @param step the call's scope in the trace.
   * @throws LlmError; the abort signal's reason.
   */
  async ask(step: string, call: Call): Promise<ChatResponse> {
    const start = performance.now();
    const response = await this.send(step, call);
    this.count(response);
    this.trace.llmCalls.push({ scope: step, durationMs: since(start) });
    return response;
  }

  /** As `ask`; a failed call is traced too, as `<step>_err`. */
  async askTurn(step: string, call: Call): Promise<ChatResponse> {
    const start = performance.now();
    try {
      return await this.ask(step, call);
    } catch (error) {
      if (error instanceof LlmError) {
        this.trace.llmCalls.push({ scope: `${step}_err`, durationMs: since(start) });
      }
      throw error;
    }
  }

  async askUntraced(step: string, call: Call): Promise<ChatResponse> {
    const response = await this.send(step, call);
    this.count(response);
    return response;
  }

  /** Calls side by side, traced in their order. When one fails, the others are given up. */
  async askAll(steps: readonly { step: string; call: Call }[]): Promise<ChatResponse[]> {
    const giveUp = new AbortController();
    const signal = AbortSignal.any([this.#options.signal, giveUp.signal]);
    try {
      const answered = await Promise.all(
        steps.map(async ({ step, call }) => {
          const start = performance.now();
          const response = await this.send(step, call, signal);
          this.count(response);
          return { response, entry: { scope: step, durationMs: since(start) } };
        }),
      );
      this.trace.llmCalls.push(...answered.map(({ entry }) => entry));
      return answered.map(({ response }) => response);
    } finally {
      giveUp.abort();
    }
  }

  /** Neither traced nor counted. */
  async send(step: string, call: Call, signal = this.#options.signal): Promise<ChatResponse> {
    signal.throwIfAborted();
    const { attribution, operation, maxCompletionTokens } = this.#options;
    const request: ChatRequest = {
      ...(maxCompletionTokens !== null && { maxTokens: maxCompletionTokens }),
      ...call,
      scope: "reflect",
      ...(operation && { operation }),
      step,
      attribution,
    };
    const response = await this.#model.complete(request, signal);
    return { ...response, content: response.content && sanitizeText(response.content) };
  }

  /** Adds what an answer cost. */
  count({ usage }: ChatResponse): void {
    this.usage = addUsage(this.usage, usage);
  }

  /** Runs a tool and keeps its raw result. */
  async traceTool(
    call: { tool: string; input: Record<string, unknown>; iteration: number },
    run: () => Promise<Record<string, unknown>>,
  ): Promise<Record<string, unknown>> {
    const start = performance.now();
    const entry = { ...call, output: null as Record<string, unknown> | null, durationMs: 0 };
    // Pushed before it runs: calls that run side by side stay in the order of the model's turn.
    this.trace.toolCalls.push(entry);
    entry.output = await run();
    entry.durationMs = since(start);
    return entry.output;
  }
}

function since(start: number): number {
  return Math.round(performance.now() - start);
}
