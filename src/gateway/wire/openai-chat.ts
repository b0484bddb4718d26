/** OpenAI's chat completions, which most providers speak. Not streamed. */
import { Aliases, embeddedJson, mapMembers, VOLATILES } from "../canonical.ts";
import { isJsonObject, type Json, type JsonObject } from "../json.ts";
import type { Segments } from "../request.ts";
import { UnreadableRequest, type Wire, type WireRequest, type WireUsage } from "./wire.ts";

const INSTRUCTION_ROLES: readonly Json[] = ["system", "developer"];
/** Fields with a place of their own; all others are parameters. */
const PLACED_FIELDS = new Set(["model", "messages", "tools", "response_format", "stream"]);

function readRequest(body: Json | undefined): WireRequest {
  if (!isJsonObject(body)) throw new UnreadableRequest("The request's body is not a JSON object.");
  const { model, messages, tools, response_format: schema, stream } = body;
  if (stream === true)
    throw new UnreadableRequest("Streamed answers are not supported; ask without `stream`.");
  if (typeof model !== "string") throw new UnreadableRequest("The request names no `model`.");
  if (!Array.isArray(messages) || !messages.every(isJsonObject)) {
    throw new UnreadableRequest("The request has no list of `messages`.");
  }
  const normalised = normaliseMessages(messages);
  const firstTurn = normalised.findIndex(({ role }) => !INSTRUCTION_ROLES.includes(role ?? null));
  const instructions = firstTurn < 0 ? normalised.length : firstTurn;
  const parameters = mapMembers(body, (field, value) =>
    PLACED_FIELDS.has(field) || VOLATILES.requestFields.has(field) ? undefined : value,
  );
  const segments: Segments = {
    system: instructions > 0 ? normalised.slice(0, instructions) : null,
    tools: tools ?? null,
    schema: schema ?? null,
    parameters,
    conversation: normalised.slice(instructions),
  };
  return { model, segments };
}

function normaliseMessages(messages: JsonObject[]): JsonObject[] {
  const ids = new Aliases(VOLATILES.toolCallAlias);
  const aliasOf = (id: Json) => (typeof id === "string" ? ids.aliasOf(id) : id);
  return messages.map((message) =>
    mapMembers(message, (field, value) => {
      if (field === "tool_calls" && Array.isArray(value)) {
        return value.map((call) => (isJsonObject(call) ? normaliseToolCall(call, aliasOf) : call));
      }
      if (field === "tool_call_id") return aliasOf(value);
      if (field === "content" && message.role === "tool") return normaliseToolResult(value);
      return value;
    }),
  );
}

function normaliseToolCall(call: JsonObject, aliasOf: (id: Json) => Json): JsonObject {
  return mapMembers(call, (field, value) => {
    if (field === "id") return aliasOf(value);
    if (field !== "function" || !isJsonObject(value)) return value;
    return mapMembers(value, (name, part) =>
      name === "arguments" && typeof part === "string" ? embeddedJson(part) : part,
    );
  });
}

function normaliseToolResult(content: Json): Json {
  if (typeof content === "string") return embeddedJson(content);
  if (!Array.isArray(content)) return content;
  return content.map((part) =>
    isJsonObject(part)
      ? mapMembers(part, (field, value) =>
          field === "text" && typeof value === "string" ? embeddedJson(value) : value,
        )
      : part,
  );
}

function reduceAnswer(body: Json | undefined): Json | undefined {
  if (!isJsonObject(body) || (body.error ?? null) !== null) return undefined;
  const { choices, model, usage } = body;
  if (!Array.isArray(choices) || choices.length === 0 || !choices.every(isCompleteChoice)) return undefined;
  const kept = choices.map((choice) =>
    mapMembers(choice, (_field, value) => (value === null ? undefined : value)),
  );
  return { choices: kept, ...(model !== undefined && { model }), ...(isJsonObject(usage) && { usage }) };
}

function isCompleteChoice(choice: Json): choice is JsonObject {
  if (!isJsonObject(choice) || !isJsonObject(choice.message)) return false;
  return typeof choice.finish_reason === "string" && choice.finish_reason !== "error";
}

function restoreAnswer(kept: Json, key: string): Json {
  return {
    id: `chatcmpl-${key.slice(0, 24)}`,
    object: "chat.completion",
    created: 0,
    ...(isJsonObject(kept) && kept),
  };
}

function readUsage(kept: Json): WireUsage {
  const usage = isJsonObject(kept) ? kept.usage : undefined;
  const count = (field: string) => {
    const tokens = isJsonObject(usage) ? usage[field] : undefined;
    return typeof tokens === "number" ? tokens : null;
  };
  return { inputTokens: count("prompt_tokens"), outputTokens: count("completion_tokens") };
}

export const openaiChat: Wire = {
  provider: "openai",
  base: "/openai/v1",
  path: "/chat/completions",
  readRequest,
  reduceAnswer,
  restoreAnswer,
  readUsage,
};
