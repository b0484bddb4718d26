/** A chat request in the words of OpenAI's API. */
import type OpenAI from "openai";
import type { ProviderProfile } from "./providers.ts";
import type { ChatMessage, ChatRequest, ToolDefinition } from "./types.ts";

/** Models that reason: they take `max_completion_tokens`, enough of them to think, and no temperature. */
const REASONING_MODEL = /gpt-5|gpt-6|\bo[13]\b/;
const MIN_REASONING_TOKENS = 16_000;
const JSON_HINT = "Answer in JSON.";

export interface RequestTarget {
  provider: string;
  model: string;
  profile: ProviderProfile;
  /** As configured; absent: the provider's own. */
  baseUrl: string | undefined;
}

export function toOpenAiBody(
  request: ChatRequest,
  target: RequestTarget,
): OpenAI.ChatCompletionCreateParamsNonStreaming {
  const { model, profile } = target;
  const isReasoning = REASONING_MODEL.test(model);
  const json = request.responseFormat === "json";
  return {
    model,
    messages: (json ? withJsonHint(request.messages) : request.messages).map(toOpenAiMessage),
    ...(json && profile.jsonMode && { response_format: { type: "json_object" } }),
    ...(request.tools && { tools: request.tools.map(toOpenAiTool) }),
    ...(request.tools && request.toolChoice && profile.toolChoice && { tool_choice: request.toolChoice }),
    ...(request.temperature !== undefined && !isReasoning && { temperature: request.temperature }),
    ...(request.maxTokens !== undefined && tokenLimit(request.maxTokens, target, isReasoning)),
    ...profile.extraBody,
  };
}

function tokenLimit(maxTokens: number, target: RequestTarget, isReasoning: boolean) {
  if (isReasoning) return { max_completion_tokens: Math.max(maxTokens, MIN_REASONING_TOKENS) };
  const takesNewName =
    target.provider === "groq" ||
    (target.provider === "openai" && target.baseUrl === undefined) ||
    /^https?:\/\/[^/]*\.azure\.com\b/.test(target.baseUrl ?? "");
  return takesNewName ? { max_completion_tokens: maxTokens } : { max_tokens: maxTokens };
}

/** JSON mode is refused when no message of the user's speaks of JSON. */
function withJsonHint(messages: readonly ChatMessage[]): readonly ChatMessage[] {
  const last = messages.findLastIndex(({ role }) => role === "user");
  if (messages.some(({ role, content }) => role === "user" && /json/i.test(content ?? ""))) return messages;
  return messages.map((message, index) =>
    index === last && message.role === "user"
      ? { ...message, content: `${JSON_HINT}\n\n${message.content}` }
      : message,
  );
}

function toOpenAiMessage(message: ChatMessage): OpenAI.ChatCompletionMessageParam {
  switch (message.role) {
    case "tool":
      return { role: "tool", tool_call_id: message.toolCallId, content: message.content };
    case "assistant":
      return {
        role: "assistant",
        content: message.content,
        ...(message.toolCalls?.length && {
          tool_calls: message.toolCalls.map(({ id, name, arguments: args }) => ({
            id,
            type: "function" as const,
            function: { name, arguments: args },
          })),
        }),
      };
    default:
      return { role: message.role, content: message.content };
  }
}

function toOpenAiTool({ name, description, parameters }: ToolDefinition): OpenAI.ChatCompletionTool {
  return { type: "function", function: { name, description, parameters } };
}
