/** Anthropic's messages. */
import { Aliases, embeddedJson, mapMembers, VOLATILES } from "../canonical.ts";
import { isJsonObject, type Json, type JsonObject } from "../json.ts";
import { eventObject, type StreamEvent, withData } from "../streams/event.ts";
import type { Fragment } from "../streams/fragments.ts";
import { addCounts, countOf } from "./usage.ts";
import {
  type ChatWire,
  type ReceivedCall,
  type ScriptedAnswer,
  UnreadableRequest,
  type WireRequest,
  type WireUsage,
} from "./wire.ts";

/** Fields with a place of their own; all others are parameters. */
const PLACED_FIELDS = new Set(["model", "system", "messages", "tools", "output_format", "output_config"]);
/** Where the provider may cache: it does not shape the answer. A hint only as a member of what it stands in, not of data. */
const CACHE_HINT = "cache_control";
/** Data of the caller or of the model, in which nothing is a hint or an id of the provider's. */
const DATA_FIELDS = new Set(["input", "input_schema"]);
const ID_FIELDS: Readonly<Record<string, (type: Json) => boolean>> = {
  id: (type) => typeof type === "string" && type.endsWith("tool_use"),
  tool_use_id: () => true,
};

function readRequest({ body }: ReceivedCall): WireRequest {
  if (!isJsonObject(body)) throw new UnreadableRequest("The request's body is not a JSON object.");
  const { model, messages, system, tools, stream, output_config: config } = body;
  if (typeof model !== "string") throw new UnreadableRequest("The request names no `model`.");
  if (!Array.isArray(messages)) throw new UnreadableRequest("The request has no list of `messages`.");
  const { format = body.output_format ?? null, ...rest } = isJsonObject(config) ? config : {};
  const parameters = mapMembers(body, (field, value) =>
    PLACED_FIELDS.has(field) || field === CACHE_HINT || (field === "stream" && value !== true)
      ? undefined
      : field === "metadata"
        ? withoutUser(value)
        : value,
  );
  return {
    model,
    segments: {
      system: system === undefined ? null : normalise(system, undefined),
      tools: tools === undefined ? null : normalise(tools, undefined),
      schema: format,
      parameters: Object.keys(rest).length > 0 ? { ...parameters, output_config: rest } : parameters,
      conversation: normalise(messages, new Aliases(VOLATILES.toolCallAlias)),
    },
    isStreamed: stream === true,
  };
}

/** Who asks does not shape the answer. */
function withoutUser(metadata: Json): Json | undefined {
  if (!isJsonObject(metadata)) return metadata;
  const rest = mapMembers(metadata, (field, value) => (field === "user_id" ? undefined : value));
  return Object.keys(rest).length > 0 ? rest : undefined;
}

/** @param ids `undefined`: no calls of tools stand here. */
function normalise(value: Json, ids: Aliases | undefined): Json {
  if (Array.isArray(value)) return value.map((item) => normalise(item, ids));
  if (!isJsonObject(value)) return value;
  const type = value.type ?? null;
  return mapMembers(value, (field, member) => {
    if (field === CACHE_HINT) return undefined;
    if (DATA_FIELDS.has(field)) return member;
    if (ids && typeof member === "string" && ID_FIELDS[field]?.(type)) return ids.aliasOf(member);
    if (field === "content" && type === "tool_result") return toolResult(normalise(member, ids));
    return normalise(member, ids);
  });
}

function toolResult(content: Json): Json {
  if (typeof content === "string") return embeddedJson(content);
  if (!Array.isArray(content)) return content;
  return content.map((part) =>
    isJsonObject(part) && part.type === "text" && typeof part.text === "string"
      ? { ...part, text: embeddedJson(part.text) }
      : part,
  );
}

function reduceAnswer(body: Json | undefined): Json | undefined {
  if (!isJsonObject(body) || body.type !== "message") return undefined;
  if (!Array.isArray(body.content) || typeof body.stop_reason !== "string") return undefined;
  return withoutId(body);
}

function withoutId(message: JsonObject): JsonObject {
  return mapMembers(message, (field, value) => (field === "id" ? undefined : value));
}

function identity(key: string): JsonObject {
  return { id: `msg_${key.slice(0, 24)}` };
}

function restoreAnswer(kept: Json, key: string): Json {
  return { ...identity(key), ...(isJsonObject(kept) && kept) };
}

/** The prompt is counted in parts: what was written to the cache, what was read from it, and the rest. */
function toUsage(usage: Json | undefined): WireUsage {
  return {
    inputTokens: addCounts(
      countOf(usage, "input_tokens"),
      countOf(usage, "cache_creation_input_tokens"),
      countOf(usage, "cache_read_input_tokens"),
    ),
    outputTokens: countOf(usage, "output_tokens"),
  };
}

function reduceEvent(event: StreamEvent): StreamEvent {
  const data = eventObject(event);
  if (data?.type !== "message_start" || !isJsonObject(data.message)) return event;
  return withData(event, { ...data, message: withoutId(data.message) });
}

function restoreEvent(event: StreamEvent, key: string): StreamEvent {
  const data = eventObject(event);
  if (data?.type !== "message_start" || !isJsonObject(data.message)) return event;
  return withData(event, { ...data, message: { ...identity(key), ...data.message } });
}

function isComplete(events: readonly StreamEvent[]): boolean {
  const types = events.map((event) => eventObject(event)?.type);
  return types.includes("message_stop") && !types.includes("error");
}

/** Whatever text a delta holds: words, thoughts, a tool's input. A signature is no text. */
function findFragments(data: Json): Fragment[] {
  if (!isJsonObject(data) || data.type !== "content_block_delta" || !isJsonObject(data.delta)) return [];
  return Object.entries(data.delta).flatMap(([field, value]) =>
    typeof value === "string" && field !== "type" && field !== "signature"
      ? [{ channel: `${data.index} ${field}`, path: ["delta", field] }]
      : [],
  );
}

/** It begins with the prompt's and ends with the answer's, which may count the prompt anew. */
function readStreamUsage(events: readonly StreamEvent[]): WireUsage {
  const counted: JsonObject = {};
  for (const event of events) {
    const data = eventObject(event);
    const usage = isJsonObject(data?.message) ? data.message.usage : data?.usage;
    if (!isJsonObject(usage)) continue;
    for (const [name, count] of Object.entries(usage)) if (count !== null) counted[name] = count;
  }
  return toUsage(counted);
}

function toBlocks({ text, toolCalls = [] }: ScriptedAnswer): JsonObject[] {
  const calls = toolCalls.map(({ name, arguments: input }, n) => ({
    type: "tool_use",
    id: `toolu_scripted_${n + 1}`,
    name,
    input,
  }));
  return [...(text === undefined ? [] : [{ type: "text", text }]), ...calls];
}

function toMessage(content: Json, stopReason: string | null): JsonObject {
  return {
    type: "message",
    role: "assistant",
    model: "scripted",
    content,
    stop_reason: stopReason,
    stop_sequence: null,
    usage: { input_tokens: 0, output_tokens: 0 },
  };
}

function stopReasonOf({ toolCalls = [] }: ScriptedAnswer): string {
  return toolCalls.length > 0 ? "tool_use" : "end_turn";
}

function writeEvents(answer: ScriptedAnswer): StreamEvent[] {
  const toEvent = (type: string, data: JsonObject): StreamEvent => ({ event: type, data: { type, ...data } });
  const blocks = toBlocks(answer).flatMap((block, index) => {
    const isText = block.type === "text";
    const delta = isText
      ? { type: "text_delta", text: block.text ?? "" }
      : { type: "input_json_delta", partial_json: JSON.stringify(block.input) };
    return [
      toEvent("content_block_start", {
        index,
        content_block: isText ? { ...block, text: "" } : { ...block, input: {} },
      }),
      toEvent("content_block_delta", { index, delta }),
      toEvent("content_block_stop", { index }),
    ];
  });
  const message = restoreAnswer(toMessage([], null), "scripted");
  return [
    toEvent("message_start", { message }),
    ...blocks,
    toEvent("message_delta", {
      delta: { stop_reason: stopReasonOf(answer), stop_sequence: null },
      usage: { output_tokens: 0 },
    }),
    toEvent("message_stop", {}),
  ];
}

export const anthropicMessages: ChatWire = {
  kind: "chat",
  provider: "anthropic",
  purpose: "llm",
  base: "/anthropic",
  version: "/v1",
  route: "/messages",
  authorize: (apiKey) => ({ "x-api-key": apiKey }),
  errorBody: (_code, message) => ({ type: "error", error: { type: "invalid_request_error", message } }),
  readRequest,
  reduceAnswer,
  restoreAnswer,
  readUsage: (kept) => toUsage(isJsonObject(kept) ? kept.usage : undefined),
  writeAnswer: (answer) => restoreAnswer(toMessage(toBlocks(answer), stopReasonOf(answer)), "scripted"),
  stream: {
    framing: "sse",
    reduceEvent,
    restoreEvent,
    isComplete,
    findFragments,
    readUsage: readStreamUsage,
    writeAnswer: writeEvents,
  },
};
