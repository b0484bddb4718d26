import { LlmError } from "../../llm/llm-error.ts";
import type { ChatMessage, ChatModel, ChatRequest, ChatResponse, TokenUsage } from "../../llm/types.ts";
import type { ReflectAnswer } from "../types.ts";
import { addUsage, NO_USAGE } from "../usage.ts";

type Trace = NonNullable<ReflectAnswer["trace"]>;
type Caller = Pick<ChatRequest, "attribution" | "operation">;
type Call = Omit<ChatRequest, "scope" | "step" | keyof Caller>;

/** The model calls of one run: makes them, sums up their usage, and keeps the trace. */
export class Transcript {
  readonly #model: ChatModel;
  readonly #caller: Caller;
  readonly #signal: AbortSignal;
  readonly trace: Trace = { toolCalls: [], llmCalls: [] };
  usage: TokenUsage = NO_USAGE;

  constructor(model: ChatModel, caller: Caller, signal: AbortSignal) {
    this.#model = model;
    this.#caller = caller;
    this.#signal = signal;
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
    const response = await this.askUntraced(step, call);
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
    this.#signal.throwIfAborted();
    const request: ChatRequest = { ...call, scope: "reflect", step, ...this.#caller };
    const response = await this.#model.complete(request, this.#signal);
    this.usage = addUsage(this.usage, response.usage);
    return response;
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

/** All text that the model was shown. */
export function shownText(messages: readonly ChatMessage[]): string {
  return messages.map(({ content }) => content ?? "").join("\n");
}
