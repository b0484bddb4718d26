/** Ollama's own chat, and OpenAI's as Ollama serves it. */
import { jsonAnswer } from "../answer.ts";
import { Aliases, mapMembers, VOLATILES } from "../canonical.ts";
import { isJsonObject, type Json, type JsonObject, parseJson } from "../json.ts";
import { eventObject, type StreamEvent, withData } from "../streams/event.ts";
import type { Fragment } from "../streams/fragments.ts";
import { normaliseToolResult, openaiChat } from "./openai-chat.ts";
import { countOf } from "./usage.ts";
import {
  type ChatWire,
  type ReceivedCall,
  type ScriptedAnswer,
  UnreadableRequest,
  type WireRequest,
  type WireUsage,
} from "./wire.ts";

/** Fields with a place of their own; all others are parameters. How long a model stays loaded does not shape the answer. */
const PLACED_FIELDS = new Set(["model", "messages", "tools", "format", "stream", "keep_alive"]);
const DURATIONS = { total_duration: 0, load_duration: 0, prompt_eval_duration: 0, eval_duration: 0 };
/** What differs from answer to answer, and tells nothing. */
const VOLATILE_FIELDS = new Set(["created_at", ...Object.keys(DURATIONS)]);
const CREATED = { created_at: "1970-01-01T00:00:00Z" };

function readRequest({ body }: ReceivedCall): WireRequest {
  if (!isJsonObject(body)) throw new UnreadableRequest("The request's body is not a JSON object.");
  const { model, messages = [], tools = null, format = null } = body;
  if (typeof model !== "string") throw new UnreadableRequest("The request names no `model`.");
  if (!Array.isArray(messages) || !messages.every(isJsonObject)) {
    throw new UnreadableRequest("The request's `messages` are no list of messages.");
  }
  const isStreamed = body.stream !== false;
  const normalised = normaliseMessages(messages);
  const firstTurn = normalised.findIndex(({ role }) => role !== "system");
  const instructions = firstTurn < 0 ? normalised.length : firstTurn;
  const parameters = mapMembers(body, (field, value) => (PLACED_FIELDS.has(field) ? undefined : value));
  return {
    model,
    segments: {
      system: instructions > 0 ? normalised.slice(0, instructions) : null,
      tools,
      schema: format,
      parameters: { ...parameters, ...(isStreamed && { stream: true }) },
      conversation: normalised.slice(instructions),
    },
    isStreamed,
  };
}

function normaliseMessages(messages: JsonObject[]): JsonObject[] {
  const ids = new Aliases(VOLATILES.toolCallAlias);
  const aliasId = (field: string, value: Json, idField: string) =>
    field === idField && typeof value === "string" ? ids.aliasOf(value) : value;
  return messages.map((message) =>
    mapMembers(message, (field, value) => {
      if (field === "tool_calls" && Array.isArray(value)) {
        return value.map((call) =>
          isJsonObject(call) ? mapMembers(call, (name, member) => aliasId(name, member, "id")) : call,
        );
      }
      if (field === "content" && message.role === "tool") return normaliseToolResult(value);
      return aliasId(field, value, "tool_call_id");
    }),
  );
}

function reduceAnswer(body: Json | undefined): Json | undefined {
  if (!isJsonObject(body) || (body.error ?? null) !== null) return undefined;
  return body.done === true && isJsonObject(body.message) ? reduce(body) : undefined;
}

function reduce(body: JsonObject): JsonObject {
  return mapMembers(body, (field, value) => (VOLATILE_FIELDS.has(field) ? undefined : value));
}

function restoreAnswer(kept: Json): Json {
  const isEnd = isJsonObject(kept) && kept.done === true;
  return { ...CREATED, ...(isJsonObject(kept) && kept), ...(isEnd && DURATIONS) };
}

function readUsage(kept: Json | undefined): WireUsage {
  return { inputTokens: countOf(kept, "prompt_eval_count"), outputTokens: countOf(kept, "eval_count") };
}

function reduceEvent(event: StreamEvent): StreamEvent {
  const data = eventObject(event);
  return data ? withData(event, reduce(data)) : event;
}

/** An error within a stream stays as it is. */
function restoreEvent(event: StreamEvent): StreamEvent {
  const data = eventObject(event);
  return data?.message === undefined ? event : withData(event, restoreAnswer(data));
}

function isComplete(events: readonly StreamEvent[]): boolean {
  const parts = events.map(eventObject);
  return parts.some((part) => part?.done === true) && parts.every((part) => part && !("error" in part));
}

/** Words and thoughts; calls of tools come whole. */
function findFragments(data: Json): Fragment[] {
  if (!isJsonObject(data) || !isJsonObject(data.message)) return [];
  return Object.entries(data.message).flatMap(([field, value]) =>
    typeof value === "string" ? [{ channel: field, path: ["message", field] }] : [],
  );
}

function writeAnswer({ text = "", toolCalls = [] }: ScriptedAnswer): Json {
  const calls = toolCalls.map(({ name, arguments: args }) => ({
    function: { name, arguments: typeof args === "string" ? (parseJson(args) ?? {}) : args },
  }));
  const message = { role: "assistant", content: text, ...(calls.length > 0 && { tool_calls: calls }) };
  return restoreAnswer({ model: "scripted", message, done: true, done_reason: "stop" });
}

const OLLAMA = { provider: "ollama", base: "/ollama" };

export const ollamaChat: ChatWire = {
  ...OLLAMA,
  kind: "chat",
  purpose: "llm",
  version: "",
  route: "/api/chat",
  authorize: (apiKey) => ({ authorization: `Bearer ${apiKey}` }),
  errorBody: (_code, message) => ({ error: message }),
  readRequest,
  reduceAnswer,
  restoreAnswer,
  readUsage,
  writeAnswer,
  stream: {
    framing: "ndjson",
    reduceEvent,
    restoreEvent,
    isComplete,
    findFragments,
    readUsage: (events) => readUsage(events.map(eventObject).find((part) => part?.done === true)),
    writeAnswer: (answer) => [{ data: writeAnswer(answer) }],
  },
};

/** For tools, clients of Ollama often go by OpenAI's API. */
export const ollamaCompatible: ChatWire = { ...openaiChat, ...OLLAMA, version: "/v1" };

/** Clients ask whether the server is there. Which models it has, no answer of ours depends on. */
export const OLLAMA_PROBES: Record<string, () => ReturnType<typeof jsonAnswer>> = {
  "/ollama": () => ({ status: 200, headers: { "content-type": "text/plain" }, body: "Ollama is running" }),
  "/ollama/api/version": () => jsonAnswer(200, { version: "0.13.0" }),
  "/ollama/api/tags": () => jsonAnswer(200, { models: [] }),
  "/ollama/v1/models": () => jsonAnswer(200, { object: "list", data: [] }),
};
