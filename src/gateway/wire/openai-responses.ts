/** OpenAI's responses. */
import { Aliases, embeddedJson, mapMembers, VOLATILES } from "../canonical.ts";
import { isJsonObject, type Json, type JsonObject } from "../json.ts";
import { eventObject, type StreamEvent, withData } from "../streams/event.ts";
import type { Fragment } from "../streams/fragments.ts";
import { OPENAI } from "./openai.ts";
import { INSTRUCTION_ROLES } from "./openai-chat.ts";
import { countOf } from "./usage.ts";
import {
  type ChatWire,
  type ReceivedCall,
  type ScriptedAnswer,
  UnreadableRequest,
  type WireRequest,
  type WireUsage,
} from "./wire.ts";

/** Fields with a place of their own; all others are parameters. */
const PLACED_FIELDS = new Set(["model", "instructions", "input", "tools", "text"]);
/** What differs from answer to answer, and tells nothing. */
const TIMES = new Set(["created_at", "completed_at"]);
/** What repeats the request, at a length that no cassette needs three times. */
const ECHO = { instructions: null, tools: [] };
const ENDS: readonly Json[] = ["response.completed", "response.incomplete"];
const FAILURES: readonly Json[] = ["response.failed", "response.cancelled", "error"];

function readRequest({ body }: ReceivedCall): WireRequest {
  if (!isJsonObject(body)) throw new UnreadableRequest("The request's body is not a JSON object.");
  const { model, instructions = null, tools = null, text = null, stream } = body;
  // A stored prompt names the model itself.
  if (typeof model !== "string" && !isJsonObject(body.prompt)) {
    throw new UnreadableRequest("The request names no `model`.");
  }
  if (body.background === true) {
    throw new UnreadableRequest(
      "Responses in the background are asked for again and again, and not recorded.",
    );
  }
  const input = readInput(body.input ?? []);
  const firstTurn = input.findIndex(
    (item) => !isJsonObject(item) || !INSTRUCTION_ROLES.includes(item.role ?? null),
  );
  const leading = firstTurn < 0 ? input.length : firstTurn;
  const system = [...(instructions === null ? [] : [instructions]), ...input.slice(0, leading)];
  const { format = null, ...style } = isJsonObject(text) ? text : {};
  const parameters = mapMembers(body, (field, value) =>
    PLACED_FIELDS.has(field) || VOLATILES.requestFields.has(field) || (field === "stream" && value !== true)
      ? undefined
      : value,
  );
  return {
    model: typeof model === "string" ? model : "",
    segments: {
      system: system.length > 0 ? system : null,
      tools,
      schema: format,
      parameters: Object.keys(style).length > 0 ? { ...parameters, text: style } : parameters,
      conversation: input.slice(leading),
    },
    isStreamed: stream === true,
  };
}

function readInput(input: Json): Json[] {
  if (!Array.isArray(input)) return [input];
  const calls = new Aliases(VOLATILES.toolCallAlias);
  const items = new Aliases(VOLATILES.itemAlias);
  return input.map((item) => {
    // A reference says which of the provider's own items is meant: its id is meaning.
    if (!isJsonObject(item) || item.type === "item_reference") return item;
    return mapMembers(item, (field, value) => {
      if (field === "output") return normaliseOutput(value);
      if (typeof value !== "string") return value;
      if (field === "call_id") return calls.aliasOf(value);
      if (field === "id") return items.aliasOf(value);
      return field === "arguments" ? embeddedJson(value) : value;
    });
  });
}

function normaliseOutput(output: Json): Json {
  if (typeof output === "string") return embeddedJson(output);
  if (!Array.isArray(output)) return output;
  return output.map((part) =>
    isJsonObject(part) && typeof part.text === "string" ? { ...part, text: embeddedJson(part.text) } : part,
  );
}

function reduceAnswer(body: Json | undefined): Json | undefined {
  if (!isJsonObject(body) || (body.error ?? null) !== null || !Array.isArray(body.output)) return undefined;
  return body.status === "completed" || body.status === "incomplete" ? reduce(body) : undefined;
}

/** The next request may name a response that the provider stored: then its id is kept. */
function reduce(response: JsonObject): JsonObject {
  return mapMembers(response, (field, value) =>
    TIMES.has(field) ||
    field in ECHO ||
    VOLATILES.requestFields.has(field) ||
    (field === "id" && response.store === false)
      ? undefined
      : value,
  );
}

function restoreAnswer(kept: Json, key: string): Json {
  return { id: `resp_${key.slice(0, 24)}`, created_at: 0, ...ECHO, ...(isJsonObject(kept) && kept) };
}

function readUsage(kept: Json | undefined): WireUsage {
  const usage = isJsonObject(kept) ? kept.usage : undefined;
  return { inputTokens: countOf(usage, "input_tokens"), outputTokens: countOf(usage, "output_tokens") };
}

function reduceEvent(event: StreamEvent): StreamEvent {
  return mapResponse(event, reduce);
}

function restoreEvent(event: StreamEvent, key: string): StreamEvent {
  return mapResponse(event, (response) => restoreAnswer(response, key));
}

function mapResponse(event: StreamEvent, map: (response: JsonObject) => Json): StreamEvent {
  const data = eventObject(event);
  if (!data) return event;
  const mapped = mapMembers(data, (field, value) => {
    if (field === "obfuscation") return undefined;
    return field === "response" && isJsonObject(value) ? map(value) : value;
  });
  return withData(event, mapped);
}

function isComplete(events: readonly StreamEvent[]): boolean {
  const types = events.map((event) => eventObject(event)?.type ?? null);
  return types.some((type) => ENDS.includes(type)) && !types.some((type) => FAILURES.includes(type));
}

/** Words, thoughts, refusals, arguments. What ends each of them repeats its text whole. */
function findFragments(data: Json): Fragment[] {
  if (!isJsonObject(data) || typeof data.type !== "string" || typeof data.delta !== "string") return [];
  const { type, output_index: item, content_index: part, summary_index: summary } = data;
  return [{ channel: [type, item, part, summary].join(" "), path: ["delta"] }];
}

function readStreamUsage(events: readonly StreamEvent[]): WireUsage {
  const end = events.map(eventObject).findLast((data) => ENDS.includes(data?.type ?? null));
  return readUsage(end?.response);
}

function toItems({ text, toolCalls = [] }: ScriptedAnswer): JsonObject[] {
  const content = [{ type: "output_text", text: text ?? "", annotations: [] }];
  const message = { type: "message", id: "msg_scripted", role: "assistant", status: "completed", content };
  const calls = toolCalls.map(({ name, arguments: args }, n) => ({
    type: "function_call",
    id: `fc_scripted_${n + 1}`,
    call_id: `call_scripted_${n + 1}`,
    name,
    arguments: typeof args === "string" ? args : JSON.stringify(args),
    status: "completed",
  }));
  return [...(text === undefined ? [] : [message]), ...calls];
}

function toResponse(output: Json, status: string): Json {
  const response = { object: "response", status, model: "scripted", output, error: null, usage: null };
  return restoreAnswer({ ...response, incomplete_details: null, metadata: {} }, "scripted");
}

function writeEvents(answer: ScriptedAnswer): StreamEvent[] {
  const items = toItems(answer);
  const events: JsonObject[] = [
    { type: "response.created", response: toResponse([], "in_progress") },
    ...items.flatMap((item, index) => itemEvents(item, index)),
    { type: "response.completed", response: toResponse(items, "completed") },
  ];
  return events.map((data, number) => ({
    event: String(data.type),
    data: { ...data, sequence_number: number },
  }));
}

function itemEvents(item: JsonObject, index: number): JsonObject[] {
  const place = { item_id: item.id ?? null, output_index: index };
  const begun = {
    ...item,
    status: "in_progress",
    ...(item.type === "message" ? { content: [] } : { arguments: "" }),
  };
  return [
    { type: "response.output_item.added", output_index: index, item: begun },
    ...(Array.isArray(item.content) ? textEvents(item.content, place) : callEvents(item, place)),
    { type: "response.output_item.done", output_index: index, item },
  ];
}

function textEvents(content: Json[], place: JsonObject): JsonObject[] {
  return content.filter(isJsonObject).flatMap((part, n) => {
    const where = { ...place, content_index: n };
    const text = part.text ?? "";
    return [
      { type: "response.content_part.added", ...where, part: { ...part, text: "" } },
      { type: "response.output_text.delta", ...where, delta: text, logprobs: [] },
      { type: "response.output_text.done", ...where, text, logprobs: [] },
      { type: "response.content_part.done", ...where, part },
    ];
  });
}

function callEvents({ name = "", arguments: args = "" }: JsonObject, place: JsonObject): JsonObject[] {
  return [
    { type: "response.function_call_arguments.delta", ...place, delta: args },
    { type: "response.function_call_arguments.done", ...place, name, arguments: args },
  ];
}

export const openaiResponses: ChatWire = {
  ...OPENAI,
  kind: "chat",
  purpose: "llm",
  route: "/responses",
  readRequest,
  reduceAnswer,
  restoreAnswer,
  readUsage,
  writeAnswer: (answer) => toResponse(toItems(answer), "completed"),
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
