/** The words between the engine and a language model: OpenAI's chat completions, which every provider can be mapped to. */
import type { LLM_SCOPES } from "../daemon-protocol.ts";
import type { Attribution } from "../remote/attribution.ts";

export interface ToolCall {
  id: string;
  name: string;
  /** The arguments as the model wrote them: JSON text, not necessarily valid. */
  arguments: string;
  /** What some providers want to see again beside their own call. */
  signature?: string;
}

/** A part of a message. `data` is base64. */
export type ContentPart =
  | { type: "text"; text: string }
  | { type: "image"; mediaType: string; data: string }
  | { type: "file"; mediaType: string; data: string; filename: string };

export type ChatMessage =
  | { role: "system"; content: string }
  | { role: "user"; content: string | readonly ContentPart[] }
  | { role: "assistant"; content: string | null; toolCalls?: ToolCall[] }
  | { role: "tool"; toolCallId: string; content: string };

export interface ToolDefinition {
  name: string;
  description: string;
  /** JSON Schema of the arguments. */
  parameters: Record<string, unknown>;
}

export type JsonSchema = Record<string, unknown>;

/**
 * What a call is for. The settings of its operation and its temperature go by it, cassettes are matched by it, and the offline
 * model answers by it.
 */
export type LlmScope = (typeof LLM_SCOPES)[number];

export interface ChatRequest {
  scope: LlmScope;
  /** Whose settings count, where it is not the scope's operation: a refresh of a mental model reflects. */
  operation?: "mental_model_refresh" | undefined;
  /** The step within the scope, such as `agent_1`; for logs. */
  step?: string;
  messages: ChatMessage[];
  tools?: ToolDefinition[];
  /** `required`: some tool must be called. A name: that one. Absent: the model is free. */
  toolChoice?: "required" | { name: string };
  /** `json`: the answer must be one JSON value. */
  responseFormat?: "json";
  /** Of such an answer. The model is told it in words, or held to it where that is configured. */
  responseSchema?: JsonSchema;
  /** In place of the scope's; not sent where the scope's is configured to be none. */
  temperature?: number;
  maxTokens?: number;
  /** Attempts after the first, and the pauses before them, in place of the configured ones. */
  maxRetries?: number;
  initialBackoffMs?: number;
  maxBackoffMs?: number;
  /** Of the item that facts are extracted from: a chain of models may route by it. */
  itemMetadata?: Record<string, unknown>;
  /** For logs, and for attributing recorded exchanges to tests. */
  attribution: Attribution;
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
  /** Whether it sees images and reads files; null: nobody knows. */
  readonly seesImages?: boolean | null;
  /**
   * One completion. Retries of the transport happen inside.
   * @throws LlmError when the provider failed for good.
   */
  complete(request: ChatRequest, signal?: AbortSignal): Promise<ChatResponse>;
}
