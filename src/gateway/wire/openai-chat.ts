/** OpenAI's chat completions, which most providers speak. */
import { Aliases, embeddedJson, mapMembers, VOLATILES } from "../canonical.ts";
import { isJsonObject, type Json, type JsonObject } from "../json.ts";
import type { Segments } from "../request.ts";
import { eventObject, type StreamEvent, withData } from "../streams/event.ts";
import type { Fragment } from "../streams/fragments.ts";
import { OPENAI } from "./openai.ts";
import { countOf } from "./usage.ts";
import {
  type ChatWire,
  type ReceivedCall,
  type ScriptedAnswer,
  UnreadableRequest,
  type WireRequest,
  type WireUsage,
} from "./wire.ts";

export const INSTRUCTION_ROLES: readonly Json[] = ["system", "developer"];
const RESULT_ROLES: readonly Json[] = ["tool", "function"];
/** Fields with a place of their own; all others are parameters. */
const PLACED_FIELDS = new Set(["model", "messages", "tools", "response_format"]);
/** What differs from answer to answer, and tells nothing. */
const VOLATILE_FIELDS = new Set(["id", "object", "created", "system_fingerprint", "obfuscation"]);

function readRequest({ body }: ReceivedCall): WireRequest {
  if (!isJsonObject(body)) throw new UnreadableRequest("The request's body is not a JSON object.");
  const { model, messages, response_format: schema, stream } = body;
  // What tools were called once.
  const toolField = body.tools === undefined ? "functions" : "tools";
  if (typeof model !== "string") throw new UnreadableRequest("The request names no `model`.");
  if (!Array.isArray(messages) || !messages.every(isJsonObject)) {
    throw new UnreadableRequest("The request has no list of `messages`.");
  }
  const normalised = normaliseMessages(messages);
  const firstTurn = normalised.findIndex(({ role }) => !INSTRUCTION_ROLES.includes(role ?? null));
  const instructions = firstTurn < 0 ? normalised.length : firstTurn;
  const parameters = mapMembers(body, (field, value) =>
    PLACED_FIELDS.has(field) ||
    field === toolField ||
    VOLATILES.requestFields.has(field) ||
    (field === "stream" && value !== true)
      ? undefined
      : value,
  );
  const segments: Segments = {
    system: instructions > 0 ? normalised.slice(0, instructions) : null,
    tools: body[toolField] ?? null,
    schema: schema ?? null,
    parameters,
    conversation: normalised.slice(instructions),
  };
  return { model, segments, isStreamed: stream === true };
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
      if (field === "function_call" && isJsonObject(value)) return normaliseFunction(value);
      if (field === "content" && RESULT_ROLES.includes(message.role ?? null))
        return normaliseToolResult(value);
      return value;
    }),
  );
}

function normaliseToolCall(call: JsonObject, aliasOf: (id: Json) => Json): JsonObject {
  return mapMembers(call, (field, value) => {
    if (field === "id") return aliasOf(value);
    return field === "function" && isJsonObject(value) ? normaliseFunction(value) : value;
  });
}

function normaliseFunction(called: JsonObject): JsonObject {
  return mapMembers(called, (field, value) =>
    field === "arguments" && typeof value === "string" ? embeddedJson(value) : value,
  );
}

export function normaliseToolResult(content: Json): Json {
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
  const { choices } = body;
  if (!Array.isArray(choices) || choices.length === 0 || !choices.every(isCompleteChoice)) return undefined;
  const kept = choices.map((choice) =>
    mapMembers(choice, (_field, value) => (value === null ? undefined : value)),
  );
  return mapMembers(body, (field, value) =>
    field === "choices" ? kept : VOLATILE_FIELDS.has(field) || value === null ? undefined : value,
  );
}

function isCompleteChoice(choice: Json): choice is JsonObject {
  return isJsonObject(choice) && isJsonObject(choice.message) && isFinished(choice);
}

function isFinished({ finish_reason: reason }: JsonObject): boolean {
  return typeof reason === "string" && reason !== "error";
}

function restoreAnswer(kept: Json, key: string): Json {
  return { ...identity(key), object: "chat.completion", ...(isJsonObject(kept) && kept) };
}

function identity(key: string): JsonObject {
  return { id: `chatcmpl-${key.slice(0, 24)}`, created: 0 };
}

function readUsage(kept: Json | undefined): WireUsage {
  const usage = isJsonObject(kept) ? kept.usage : undefined;
  return { inputTokens: countOf(usage, "prompt_tokens"), outputTokens: countOf(usage, "completion_tokens") };
}

function reduceEvent(event: StreamEvent): StreamEvent {
  const data = eventObject(event);
  if (!data) return event;
  return withData(
    event,
    mapMembers(data, (field, value) => (VOLATILE_FIELDS.has(field) ? undefined : value)),
  );
}

function restoreEvent(event: StreamEvent, key: string): StreamEvent {
  const data = eventObject(event);
  return data ? withData(event, { ...identity(key), object: "chat.completion.chunk", ...data }) : event;
}

/** Every choice that was begun has an end. */
function isComplete(events: readonly StreamEvent[]): boolean {
  const chunks = events.map(eventObject).filter((chunk) => chunk !== undefined);
  if (chunks.some(({ error }) => (error ?? null) !== null)) return false;
  const choices = chunks.flatMap((chunk) => choicesOf(chunk));
  const open = new Set(choices.map(({ index }) => index));
  for (const choice of choices) if (isFinished(choice)) open.delete(choice.index);
  return choices.length > 0 && open.size === 0;
}

function choicesOf({ choices }: JsonObject): JsonObject[] {
  return Array.isArray(choices) ? choices.filter(isJsonObject) : [];
}

/** Whatever text a delta holds: content, refusal, reasoning, what audio says, and the arguments of each call. */
function findFragments(data: Json): Fragment[] {
  if (!isJsonObject(data) || !Array.isArray(data.choices)) return [];
  return data.choices.flatMap((choice, place) => {
    if (!isJsonObject(choice) || !isJsonObject(choice.delta)) return [];
    const { tool_calls: calls, function_call: called, audio, ...texts } = choice.delta;
    const textIn = (holder: Json | undefined, field: string, channel: string, path: Fragment["path"]) =>
      isJsonObject(holder) && typeof holder[field] === "string"
        ? [{ channel: `${choice.index} ${channel}`, path: ["choices", place, "delta", ...path, field] }]
        : [];
    const own = Object.keys(texts).flatMap((field) => textIn(texts, field, field, []));
    const args = (Array.isArray(calls) ? calls : []).flatMap((call, n) => {
      if (!isJsonObject(call)) return [];
      const channel = `call ${call.index}`;
      return [
        ...textIn(call.function, "arguments", channel, ["tool_calls", n, "function"]),
        ...textIn(call.custom, "input", channel, ["tool_calls", n, "custom"]),
      ];
    });
    return [
      ...own,
      ...args,
      ...textIn(called, "arguments", "function_call", ["function_call"]),
      ...textIn(audio, "transcript", "audio", ["audio"]),
    ];
  });
}

/** The last chunk that has one: the usage of the whole. */
function readStreamUsage(events: readonly StreamEvent[]): WireUsage {
  return readUsage(events.map(eventObject).findLast((chunk) => isJsonObject(chunk?.usage)));
}

function toMessage({ text, toolCalls = [] }: ScriptedAnswer): JsonObject {
  const calls = toolCalls.map(({ name, arguments: args }, n) => ({
    id: `call_scripted_${n + 1}`,
    type: "function",
    function: { name, arguments: typeof args === "string" ? args : JSON.stringify(args) },
  }));
  return { role: "assistant", content: text ?? null, ...(calls.length > 0 && { tool_calls: calls }) };
}

function finishReason({ toolCalls = [] }: ScriptedAnswer): string {
  return toolCalls.length > 0 ? "tool_calls" : "stop";
}

function writeAnswer(answer: ScriptedAnswer): Json {
  const choice = { index: 0, message: toMessage(answer), finish_reason: finishReason(answer) };
  return restoreAnswer({ choices: [choice] }, "scripted");
}

function writeEvents(answer: ScriptedAnswer): StreamEvent[] {
  const { tool_calls: calls, ...message } = toMessage(answer);
  const indexed = Array.isArray(calls) && {
    tool_calls: calls.map((call, index) => (isJsonObject(call) ? { index, ...call } : call)),
  };
  const delta = { ...message, ...indexed };
  const chunk = (choice: JsonObject): StreamEvent =>
    restoreEvent({ data: { choices: [{ index: 0, ...choice }] } }, "scripted");
  return [
    chunk({ delta, finish_reason: null }),
    chunk({ delta: {}, finish_reason: finishReason(answer) }),
    { text: "[DONE]" },
  ];
}

export const openaiChat: ChatWire = {
  ...OPENAI,
  kind: "chat",
  purpose: "llm",
  route: "/chat/completions",
  readRequest,
  reduceAnswer,
  restoreAnswer,
  readUsage,
  writeAnswer,
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
