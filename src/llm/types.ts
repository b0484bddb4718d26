/** The words between the engine and a language model: OpenAI's chat completions, which every provider can be mapped to. */

export interface ToolCall {
  id: string;
  name: string;
  /** The arguments as the model wrote them: JSON text, not necessarily valid. */
  arguments: string;
}

export type ChatMessage =
  | { role: "system" | "user"; content: string }
  | { role: "assistant"; content: string | null; toolCalls?: ToolCall[] }
  | { role: "tool"; toolCallId: string; content: string };

export interface ToolDefinition {
  name: string;
  description: string;
  /** JSON Schema of the arguments. */
  parameters: Record<string, unknown>;
}

/** What a call is for. Providers may have settings per operation, cassettes are matched by scope, the offline model answers by it. */
export type LlmScope = "retain_extract_facts" | "reflect";

/** Whose call it is, for logs and for attributing recorded exchanges to tests. */
export interface LlmAttribution {
  sandboxId: string;
  bankId: string;
  operationId?: string | undefined;
}

export interface ChatRequest {
  scope: LlmScope;
  /** The step within the scope, such as `agent_1`; for logs. */
  step?: string;
  messages: ChatMessage[];
  tools?: ToolDefinition[];
  /** `required`: some tool must be called. Absent: the model is free. */
  toolChoice?: "required";
  /** `json`: the answer must be one JSON value. */
  responseFormat?: "json";
  temperature?: number;
  maxTokens?: number;
  /** Attempts after the first, where the provider's own number is too many. */
  maxRetries?: number;
  attribution: LlmAttribution;
}

export interface TokenUsage {
  inputTokens: number;
  outputTokens: number;
  cachedTokens: number;
  thoughtsTokens: number;
}

export interface ChatResponse {
  content: string | null;
  toolCalls: ToolCall[];
  finishReason: string;
  usage: TokenUsage;
}

/** A language model. `offline` is one of them, and gets the same requests as the others. */
export interface ChatModel {
  /** The provider's name as configured, such as `offline` or `openai`. */
  readonly provider: string;
  readonly model: string;
  /**
   * One completion. Retries of the transport happen inside.
   * @throws LlmError when the provider failed for good.
   */
  complete(request: ChatRequest, signal?: AbortSignal): Promise<ChatResponse>;
}
