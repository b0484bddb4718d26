import type { LlmError } from "./llm-error.ts";
import type { ChatRequest, ChatResponse } from "./types.ts";

/** A request with what the settings decide about it. */
export interface PreparedRequest extends Omit<ChatRequest, "temperature" | "maxBackoffMs"> {
  /** A rate limit that lasts longer is not waited for. */
  maxBackoffMs: number;
  /** undefined: not sent. */
  temperature: number | undefined;
  /** Whether the provider is to hold the model to the answer's schema. */
  strict: boolean;
  /** Who the provider is told that it works for. */
  user: string | undefined;
}

interface Attempt {
  /** No other attempt comes after it. */
  isLast: boolean;
  signal: AbortSignal;
}

/** One call: its request is made once, and sent as often as it takes. */
export interface WireCall {
  /** @throws LlmError; the signal's reason. */
  attempt(attempt: Attempt): Promise<ChatResponse>;
  /**
   * Where it differs from the rule that a failure is retried after a pause when it says so.
   * @param pause what the rule says; undefined: the failure is final.
   */
  pauseAfter?(error: LlmError, pause: number | undefined): number | undefined;
}

/** How a kind of provider is asked over HTTP, and how its answers are read. */
export interface ChatWire {
  begin(request: PreparedRequest): WireCall;
}
