import { requestJson } from "../../remote/json-request.ts";
import type { LlmMemberSettings } from "../../settings/llm-member-settings.ts";
import { cutOff, emptyAnswer, structuredText } from "../answer-text.ts";
import { toLlmError } from "../http-failure.ts";
import { unboundedSchema } from "../json-schema.ts";
import { LlmError } from "../llm-error.ts";
import { textOf } from "../message-text.ts";
import { stripReasoning } from "../reasoning.ts";
import type { ChatMessage, ChatResponse } from "../types.ts";
import type { ChatWire, PreparedRequest } from "../wire.ts";
import { type OpenAiChatOptions, openAiChatWire } from "./chat-wire.ts";

const BATCH_SIZE = 512;
/** Ends of an answer after which broken JSON was meant to be whole, and can be mended. */
const COMPLETE = new Set(["stop", "tool_calls", "function_call", "end_turn"]);

export type OllamaOptions = OpenAiChatOptions & {
  settings: Pick<LlmMemberSettings, "extraBody" | "ollamaContext">;
};

/**
 * Ollama: its own API holds the model to a schema and takes a size of the context; tools, and free text where no such size is
 * set, go by OpenAI's.
 */
export function ollamaWire(options: OllamaOptions): ChatWire {
  const compatible = openAiChatWire(options);
  return {
    begin(request) {
      const isNative = request.responseFormat === "json" || options.settings.ollamaContext !== undefined;
      return isNative && !request.tools ? beginNative(request, options) : compatible.begin(request);
    },
  };
}

function beginNative(request: PreparedRequest, options: OllamaOptions) {
  const url = new URL(options.baseUrl);
  url.pathname = `${url.pathname.replace(/\/+$/, "").replace(/\/v1$/, "")}/api/chat`;
  const body = nativeBody(request, options);
  const isLocal = options.apiKey === "local";
  return {
    async attempt({ isLast, signal }: { isLast: boolean; signal: AbortSignal }): Promise<ChatResponse> {
      try {
        const answer = await requestJson({
          url: url.href,
          body,
          headers: {
            ...(!isLocal && { authorization: `Bearer ${options.apiKey}` }),
            ...options.attribute(request.scope, request.attribution),
          },
          connectTimeoutMs: options.settings.connectTimeoutMs,
          signal,
        });
        return readNative(answer, request, isLast);
      } catch (error) {
        signal.throwIfAborted();
        throw toLlmError(error, () => ({ retryable: true }));
      }
    },
  };
}

/** What the user configured wins over ours; `options` are merged one by one. */
function nativeBody(request: PreparedRequest, { target, settings }: OllamaOptions): Record<string, unknown> {
  const { options: extraOptions, ...extra } = { ...settings.extraBody };
  return {
    model: target.model,
    messages: request.messages.map(toOllamaMessage),
    stream: false,
    think: false,
    ...(request.responseSchema && { format: unboundedSchema(request.responseSchema) }),
    ...extra,
    options: {
      num_batch: BATCH_SIZE,
      ...(settings.ollamaContext !== undefined && { num_ctx: settings.ollamaContext }),
      ...(request.maxTokens && { num_predict: request.maxTokens }),
      ...(request.temperature !== undefined && { temperature: request.temperature }),
      ...(typeof extraOptions === "object" && extraOptions),
    },
  };
}

function toOllamaMessage(message: ChatMessage): Record<string, unknown> {
  const parts = message.role === "user" && typeof message.content !== "string" ? message.content : [];
  const images = parts.flatMap((part) => (part.type === "image" ? part.data : []));
  return { role: message.role, content: textOf(message), ...(images.length > 0 && { images }) };
}

interface NativeAnswer {
  message?: { content?: unknown };
  done_reason?: unknown;
  prompt_eval_count?: unknown;
  eval_count?: unknown;
}

function readNative(answer: unknown, request: PreparedRequest, isLast: boolean): ChatResponse {
  if (typeof answer !== "object" || answer === null) {
    throw new LlmError("no_answer", "Ollama's answer is not a JSON object", { retryable: true });
  }
  const { message, done_reason: reason, prompt_eval_count: input, eval_count: output }: NativeAnswer = answer;
  const finishReason = typeof reason === "string" ? reason : "";
  if (finishReason === "length") throw cutOff();
  const content = typeof message?.content === "string" ? message.content : "";
  const text = request.responseFormat === "json" ? content : stripReasoning(content);
  if (text === "" && request.responseFormat !== "json") throw emptyAnswer(finishReason);
  return {
    content:
      request.responseFormat === "json" ? structuredText(text, isLast && COMPLETE.has(finishReason)) : text,
    toolCalls: [],
    finishReason,
    usage: {
      inputTokens: typeof input === "number" ? input : 0,
      outputTokens: typeof output === "number" ? output : 0,
      cachedTokens: 0,
      thoughtsTokens: 0,
    },
  };
}
