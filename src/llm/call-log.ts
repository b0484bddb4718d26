import type { ChatModel, ChatRequest, ChatResponse, LlmScope } from "./types.ts";

/** How many calls of a sandbox are remembered: the last ones. */
const REMEMBERED = 10_000;

/** A call to a language model that has ended. */
export interface LoggedCall {
  bankId: string;
  operationId: string | undefined;
  scope: LlmScope;
  step: string | undefined;
  provider: string;
  model: string;
  inputTokens: number;
  outputTokens: number;
  /** Of all its attempts together, on the real clock. */
  durationMs: number;
  failed: boolean;
}

/** The calls that were made for each sandbox, in the order in which they ended. */
export class CallLog {
  readonly #bySandbox = new Map<string, LoggedCall[]>();

  list(sandboxId: string): readonly LoggedCall[] {
    return this.#bySandbox.get(sandboxId) ?? [];
  }

  add(sandboxId: string, call: LoggedCall): void {
    const calls = this.#bySandbox.get(sandboxId) ?? [];
    this.#bySandbox.set(sandboxId, calls);
    calls.push(call);
    if (calls.length > REMEMBERED) calls.shift();
  }

  forget(sandboxId: string): void {
    this.#bySandbox.delete(sandboxId);
  }
}

/** A model whose calls are remembered. */
export class LoggedModel implements ChatModel {
  readonly provider: string;
  readonly model: string;
  readonly seesImages: boolean | null;
  readonly #inner: ChatModel;
  readonly #log: CallLog;

  constructor(inner: ChatModel, log: CallLog) {
    this.provider = inner.provider;
    this.model = inner.model;
    this.seesImages = inner.seesImages ?? null;
    this.#inner = inner;
    this.#log = log;
  }

  async complete(request: ChatRequest, signal?: AbortSignal): Promise<ChatResponse> {
    const began = performance.now();
    try {
      const response = await this.#inner.complete(request, signal);
      this.#add(request, began, response.usage);
      return response;
    } catch (error) {
      this.#add(request, began, null);
      throw error;
    }
  }

  #add(
    { attribution: { sandboxId, bankId, operationId }, scope, step }: ChatRequest,
    began: number,
    usage: ChatResponse["usage"] | null,
  ): void {
    // The server's own: whether the model is there.
    if (bankId === "") return;
    this.#log.add(sandboxId, {
      bankId,
      operationId,
      scope,
      step,
      provider: this.provider,
      model: this.model,
      inputTokens: usage?.inputTokens ?? 0,
      outputTokens: usage?.outputTokens ?? 0,
      durationMs: performance.now() - began,
      failed: usage === null,
    });
  }
}
