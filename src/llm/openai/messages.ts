import type OpenAI from "openai";
import { withSchema } from "../json-schema.ts";
import type { ChatMessage, ContentPart, ToolCall } from "../types.ts";
import type { PreparedRequest } from "../wire.ts";
import type { OpenAiTarget } from "./request.ts";

const JSON_HINT = "Answer in json.";

/**
 * The messages as the provider gets them: with the schema in words where it is not held to it, and with a mention of JSON, without
 * which JSON mode is refused.
 */
export function messagesOf(
  request: PreparedRequest,
  target: OpenAiTarget,
  format: string | undefined,
): OpenAI.ChatCompletionMessageParam[] {
  const isHeld = format === "json_schema";
  const schema = request.responseFormat === "json" && !isHeld ? request.responseSchema : undefined;
  const described = schema ? withSchema(request.messages, schema) : request.messages;
  const messages = format === "json_object" ? withJsonHint(described) : described;
  return messages.map((message) => toOpenAiMessage(message, target));
}

export function withJsonHint(messages: readonly ChatMessage[]): readonly ChatMessage[] {
  const last = messages.findLastIndex(({ role, content }) => role === "user" && typeof content === "string");
  if (last < 0) return [...messages, { role: "user", content: JSON_HINT }];
  const speaksOfIt = messages.some(
    ({ role, content }) => role === "user" && typeof content === "string" && content.includes("json"),
  );
  if (speaksOfIt) return messages;
  return messages.map((message, index) =>
    index === last && message.role === "user" && typeof message.content === "string"
      ? { ...message, content: `${JSON_HINT}\n\n${message.content}` }
      : message,
  );
}

function toOpenAiMessage(message: ChatMessage, target: OpenAiTarget): OpenAI.ChatCompletionMessageParam {
  switch (message.role) {
    case "system":
      return { role: "system", content: message.content };
    case "user":
      return {
        role: "user",
        content: typeof message.content === "string" ? message.content : message.content.map(toOpenAiPart),
      };
    case "tool":
      return { role: "tool", tool_call_id: message.toolCallId, content: message.content };
    case "assistant":
      return { role: "assistant", content: message.content, ...callFields(message, target) };
  }
}

function callFields({ toolCalls }: { toolCalls?: ToolCall[] }, target: OpenAiTarget) {
  if (!toolCalls?.length) return {};
  return {
    tool_calls: toolCalls.map(({ id, name, arguments: args }) => ({
      id,
      type: "function" as const,
      function: { name, arguments: args },
    })),
    // DeepSeek wants its reasoning back, or at least a place for it.
    ...(target.model.toLowerCase().includes("deepseek") && { reasoning_content: "" }),
  };
}

function toOpenAiPart(part: ContentPart): OpenAI.ChatCompletionContentPart {
  if (part.type === "text") return { type: "text", text: part.text };
  const url = `data:${part.mediaType};base64,${part.data}`;
  return part.type === "image"
    ? { type: "image_url", image_url: { url } }
    : { type: "file", file: { filename: part.filename, file_data: url } };
}
