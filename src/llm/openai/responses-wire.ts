/** OpenAI's responses: they take tools and reasoning together. */

import { cutOff, structuredText } from "../answer-text.ts";
import { strictSchema, unboundedSchema, withSchema } from "../json-schema.ts";
import { LlmError } from "../llm-error.ts";
import { stripReasoning } from "../reasoning.ts";
import type { ChatMessage, ChatResponse, ContentPart, TokenUsage, ToolCall } from "../types.ts";
import type { ChatWire, PreparedRequest } from "../wire.ts";
import type { OpenAiChatOptions } from "./chat-wire.ts";
import { endpoint } from "./endpoint.ts";
import { openAiFailure } from "./failure.ts";
import { withJsonHint } from "./messages.ts";
import { isReasoningModel, MIN_REASONING_TOKENS, type OpenAiTarget } from "./request.ts";

export function openAiResponsesWire(options: OpenAiChatOptions): ChatWire {
  const post = endpoint(options, "/responses");
  return {
    begin(request) {
      const body = toBody(request, options.target);
      const headers = options.attribute(request.scope, request.attribution);
      return {
        attempt: async ({ signal }) => {
          try {
            return readResponse(await post(body, { signal, headers }), request);
          } catch (error) {
            signal.throwIfAborted();
            throw openAiFailure(error, request);
          }
        },
      };
    },
  };
}

function toBody(request: PreparedRequest, { model, settings }: OpenAiTarget): Record<string, unknown> {
  const reasons = isReasoningModel(model);
  const { tools, maxTokens, temperature } = request;
  const tokens = reasons && !tools && maxTokens ? Math.max(maxTokens, MIN_REASONING_TOKENS) : maxTokens;
  return {
    model,
    store: false,
    ...inputAndFormat(request),
    ...(tools && toolFields(request)),
    ...(tokens !== undefined && { max_output_tokens: tokens }),
    ...(temperature !== undefined && !reasons && { temperature }),
    ...(reasons &&
      settings.reasoningEffort !== undefined && { reasoning: { effort: settings.reasoningEffort } }),
    ...(settings.openaiServiceTier && { service_tier: settings.openaiServiceTier }),
    ...(request.user !== undefined && { user: request.user }),
    ...settings.extraBody,
  };
}

function inputAndFormat(request: PreparedRequest): { input: unknown[]; text?: unknown } {
  const { messages, responseSchema: schema } = request;
  const input = (given: readonly ChatMessage[]) => given.flatMap(toItems);
  if (request.responseFormat !== "json") return { input: input(messages) };
  if (request.strict && schema) {
    const format = { type: "json_schema", name: "response", strict: true, schema: strictSchema(schema) };
    return { input: input(messages), text: { format } };
  }
  const described = schema ? withSchema(messages, unboundedSchema(schema)) : messages;
  return { input: input(withJsonHint(described)), text: { format: { type: "json_object" } } };
}

function toolFields({ tools = [], toolChoice }: PreparedRequest): Record<string, unknown> {
  const name = typeof toolChoice === "object" ? toolChoice.name : undefined;
  const offered = name === undefined ? tools : tools.filter((tool) => tool.name === name);
  return {
    tools: offered.map((tool) => ({ type: "function", ...tool })),
    ...(toolChoice !== undefined && {
      tool_choice: name === undefined ? "required" : { type: "function", name },
    }),
  };
}

function toItems(message: ChatMessage): unknown[] {
  switch (message.role) {
    case "tool":
      return [{ type: "function_call_output", call_id: message.toolCallId, output: message.content }];
    case "assistant": {
      const calls = (message.toolCalls ?? []).map(({ id, name, arguments: args }) => ({
        type: "function_call",
        call_id: id,
        name,
        arguments: args,
      }));
      return message.content || calls.length === 0
        ? [{ role: "assistant", content: message.content ?? "" }, ...calls]
        : calls;
    }
    case "user":
      return [
        {
          role: "user",
          content: typeof message.content === "string" ? message.content : message.content.map(toInputPart),
        },
      ];
    default:
      return [{ role: message.role, content: message.content }];
  }
}

function toInputPart(part: ContentPart): Record<string, unknown> {
  if (part.type === "text") return { type: "input_text", text: part.text };
  const url = `data:${part.mediaType};base64,${part.data}`;
  return part.type === "image"
    ? { type: "input_image", image_url: url }
    : { type: "input_file", filename: part.filename, file_data: url };
}

interface Received {
  error?: unknown;
  status?: unknown;
  incomplete_details?: { reason?: unknown } | null;
  output?: unknown;
  usage?: {
    input_tokens?: number;
    output_tokens?: number;
    input_tokens_details?: { cached_tokens?: number };
    output_tokens_details?: { reasoning_tokens?: number };
  } | null;
}

interface OutputItem {
  type?: unknown;
  call_id?: unknown;
  name?: unknown;
  arguments?: unknown;
  content?: unknown;
}

function readResponse(answer: unknown, request: PreparedRequest): ChatResponse {
  if (typeof answer !== "object" || answer === null) {
    throw new LlmError("no_answer", "The provider's answer is not a JSON object", { retryable: true });
  }
  const received: Received = answer;
  if (received.error) {
    throw new LlmError("no_answer", JSON.stringify(received.error), { retryable: false });
  }
  if (received.status === "incomplete" && received.incomplete_details?.reason === "max_output_tokens") {
    throw cutOff();
  }
  const items = Array.isArray(received.output) ? (received.output as (OutputItem | null)[]) : [];
  const text = stripReasoning(items.map(textOfItem).join(""));
  const toolCalls = request.tools ? items.flatMap(callOfItem) : [];
  const status = typeof received.status === "string" ? received.status : "completed";
  return {
    content: request.tools
      ? text || null
      : request.responseFormat === "json"
        ? structuredText(text, false)
        : text,
    toolCalls,
    finishReason: toolCalls.length > 0 ? "tool_calls" : status,
    usage: readUsage(received),
  };
}

function textOfItem(item: OutputItem | null): string {
  if (item?.type !== "message" || !Array.isArray(item.content)) return "";
  const parts = item.content as ({ type?: unknown; text?: unknown } | null)[];
  return parts.map((part) => (part?.type === "output_text" ? String(part.text ?? "") : "")).join("");
}

function callOfItem(item: OutputItem | null): ToolCall[] {
  if (item?.type !== "function_call") return [];
  return [
    {
      id: String(item.call_id ?? ""),
      name: String(item.name ?? ""),
      arguments: typeof item.arguments === "string" ? item.arguments : "",
    },
  ];
}

function readUsage({ usage }: Received): TokenUsage {
  const thoughts = usage?.output_tokens_details?.reasoning_tokens ?? 0;
  return {
    inputTokens: usage?.input_tokens ?? 0,
    outputTokens: Math.max(0, (usage?.output_tokens ?? 0) - thoughts),
    cachedTokens: usage?.input_tokens_details?.cached_tokens ?? 0,
    thoughtsTokens: thoughts,
  };
}
