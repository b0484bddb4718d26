/** Gemini's generateContent and streamGenerateContent. */
import { Aliases, embeddedJson, mapMembers, VOLATILES } from "../canonical.ts";
import { isJsonObject, type Json, type JsonObject, parseJson } from "../json.ts";
import { eventObject, type StreamEvent, withData } from "../streams/event.ts";
import type { Fragment } from "../streams/fragments.ts";
import { GEMINI } from "./gemini.ts";
import { addCounts, countOf } from "./usage.ts";
import {
  type ChatWire,
  type ReceivedCall,
  type ScriptedAnswer,
  UnreadableRequest,
  type WireRequest,
  type WireUsage,
} from "./wire.ts";

const METHOD = /([^/:]+):(generateContent|streamGenerateContent)$/;
/** The API reads both spellings. */
const SYSTEM_FIELDS = ["systemInstruction", "system_instruction"];
const CONFIG_FIELDS = ["generationConfig", "generation_config"];
const SCHEMA_FIELDS = new Set([
  "responseSchema",
  "response_schema",
  "responseJsonSchema",
  "response_json_schema",
  "_responseJsonSchema",
]);
const CALL_FIELDS = new Set(["functionCall", "function_call"]);
const RESULT_FIELDS = new Set(["functionResponse", "function_response"]);
const PLACED_FIELDS = new Set(["contents", "tools", ...SYSTEM_FIELDS]);
/** What differs from answer to answer, and tells nothing. */
const VOLATILE_FIELDS = new Set(["responseId", "createTime"]);

function readRequest({ path, query, body }: ReceivedCall): WireRequest {
  if (!isJsonObject(body)) throw new UnreadableRequest("The request's body is not a JSON object.");
  const [, model = "", method] = METHOD.exec(decodeURIComponent(path)) ?? [];
  if (model === "") throw new UnreadableRequest("The request's path names no model.");
  const isStreamed = method === "streamGenerateContent";
  if (isStreamed && query?.get("alt") !== "sse") {
    throw new UnreadableRequest("Streams of Gemini are recorded as events only: ask with `alt=sse`.");
  }
  const { contents = null, tools = null } = body;
  if (contents === null) throw new UnreadableRequest("The request has no `contents`.");
  const config = CONFIG_FIELDS.map((field) => body[field]).find(isJsonObject) ?? {};
  const schemas = Object.entries(config).filter(([field]) => SCHEMA_FIELDS.has(field));
  return {
    model,
    segments: {
      system: SYSTEM_FIELDS.map((field) => body[field]).find((value) => value !== undefined) ?? null,
      tools,
      schema: schemas.length > 0 ? Object.fromEntries(schemas) : null,
      parameters: mapMembers(body, (field, value) => {
        if (PLACED_FIELDS.has(field)) return undefined;
        if (!CONFIG_FIELDS.includes(field) || !isJsonObject(value)) return value;
        return mapMembers(value, (name, setting) => (SCHEMA_FIELDS.has(name) ? undefined : setting));
      }),
      conversation: normaliseContents(contents),
    },
    isStreamed,
  };
}

function normaliseContents(contents: Json): Json {
  const ids = new Aliases(VOLATILES.toolCallAlias);
  const toContent = (content: Json): Json => {
    if (!isJsonObject(content) || !Array.isArray(content.parts)) return content;
    return { ...content, parts: content.parts.map((part) => normalisePart(part, ids)) };
  };
  return Array.isArray(contents) ? contents.map(toContent) : toContent(contents);
}

/** Arguments and results are JSON; texts in a result may be JSON again. */
function normalisePart(part: Json, ids: Aliases): Json {
  if (!isJsonObject(part)) return part;
  return mapMembers(part, (field, value) => {
    const isResult = RESULT_FIELDS.has(field);
    if ((!isResult && !CALL_FIELDS.has(field)) || !isJsonObject(value)) return value;
    return mapMembers(value, (name, member) => {
      if (name === "id" && typeof member === "string") return ids.aliasOf(member);
      if (name !== "response" || !isResult || !isJsonObject(member)) return member;
      return mapMembers(member, (_name, text) => (typeof text === "string" ? embeddedJson(text) : text));
    });
  });
}

/** A prompt that is blocked has no candidates: that is an answer, too. */
function reduceAnswer(body: Json | undefined): Json | undefined {
  if (!isJsonObject(body) || (body.error ?? null) !== null) return undefined;
  const candidates = candidatesOf(body);
  const isAnswer = candidates.length > 0 ? candidates.every(isFinished) : isBlocked(body);
  return isAnswer ? reduce(body) : undefined;
}

function candidatesOf({ candidates }: JsonObject): JsonObject[] {
  return Array.isArray(candidates) ? candidates.filter(isJsonObject) : [];
}

function isFinished({ finishReason: reason }: JsonObject): boolean {
  return typeof reason === "string" && reason !== "FINISH_REASON_UNSPECIFIED";
}

function isBlocked({ promptFeedback: feedback }: JsonObject): boolean {
  return isJsonObject(feedback) && typeof feedback.blockReason === "string";
}

function reduce(body: JsonObject): JsonObject {
  return mapMembers(body, (field, value) => (VOLATILE_FIELDS.has(field) ? undefined : value));
}

function restoreAnswer(kept: Json, key: string): Json {
  return { ...(isJsonObject(kept) && kept), responseId: key.slice(0, 24) };
}

function readUsage(kept: Json | undefined): WireUsage {
  const usage = isJsonObject(kept) ? kept.usageMetadata : undefined;
  const answered = countOf(usage, "candidatesTokenCount");
  const thought = countOf(usage, "thoughtsTokenCount");
  return {
    inputTokens: countOf(usage, "promptTokenCount"),
    outputTokens: answered === null ? thought : addCounts(answered, thought),
  };
}

function reduceEvent(event: StreamEvent): StreamEvent {
  const data = eventObject(event);
  return data ? withData(event, reduce(data)) : event;
}

function restoreEvent(event: StreamEvent, key: string): StreamEvent {
  const data = eventObject(event);
  return data ? withData(event, restoreAnswer(data, key)) : event;
}

/** Every candidate that was begun has an end. */
function isComplete(events: readonly StreamEvent[]): boolean {
  const chunks = events.map(eventObject).filter((chunk) => chunk !== undefined);
  if (chunks.some(({ error }) => (error ?? null) !== null)) return false;
  const candidates = chunks.flatMap(candidatesOf);
  if (candidates.length === 0) return chunks.some(isBlocked);
  const open = new Set(candidates.map(({ index = 0 }) => index));
  for (const candidate of candidates) if (isFinished(candidate)) open.delete(candidate.index ?? 0);
  return open.size === 0;
}

/** Words and thoughts; calls of functions come whole. */
function findFragments(data: Json): Fragment[] {
  if (!isJsonObject(data)) return [];
  return candidatesOf(data).flatMap(({ index = 0, content }, place) => {
    const parts = isJsonObject(content) && Array.isArray(content.parts) ? content.parts : [];
    return parts.flatMap((part, n) =>
      isJsonObject(part) && typeof part.text === "string"
        ? [
            {
              channel: `${index} ${part.thought === true ? "thought" : "text"}`,
              path: ["candidates", place, "content", "parts", n, "text"],
            },
          ]
        : [],
    );
  });
}

/** The last chunk that has one: the usage of the whole. */
function readStreamUsage(events: readonly StreamEvent[]): WireUsage {
  return readUsage(events.map(eventObject).findLast((chunk) => isJsonObject(chunk?.usageMetadata)));
}

function writeAnswer({ text, toolCalls = [] }: ScriptedAnswer): Json {
  const calls = toolCalls.map(({ name, arguments: args }) => ({
    functionCall: { name, args: typeof args === "string" ? (parseJson(args) ?? {}) : args },
  }));
  const parts = [...(text === undefined ? [] : [{ text }]), ...calls];
  const candidate = { content: { role: "model", parts }, finishReason: "STOP", index: 0 };
  return restoreAnswer({ candidates: [candidate], modelVersion: "scripted" }, "scripted");
}

export const geminiContent: ChatWire = {
  ...GEMINI,
  kind: "chat",
  purpose: "llm",
  route: "/:path{.+[gG]enerateContent}",
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
    writeAnswer: (answer) => [{ data: writeAnswer(answer) }],
  },
};
