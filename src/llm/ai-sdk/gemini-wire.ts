import type {
  LanguageModelV3,
  LanguageModelV3CallOptions,
  LanguageModelV3GenerateResult,
} from "@ai-sdk/provider";
import type { Attribute } from "../../remote/attribution.ts";
import { httpClient } from "../../remote/http-client.ts";
import type { LlmMemberSettings } from "../../settings/llm-member-settings.ts";
import { emptyAnswer, structuredText } from "../answer-text.ts";
import { unboundedSchema, withSchema } from "../json-schema.ts";
import type { LlmError } from "../llm-error.ts";
import type { ChatResponse } from "../types.ts";
import type { ChatWire, PreparedRequest } from "../wire.ts";
import { withBody } from "./body.ts";
import { toPrompt, toToolChoice, toTools } from "./prompt.ts";
import { aiSdkFailure, callsOfResult, textOfResult, usageOfResult } from "./result.ts";

/** A request that stalls is dropped by the service; the next one is answered. More than a few are not. */
const TIMEOUT_RETRIES = 2;

export interface GeminiOptions {
  apiKey: string;
  model: string;
  /** With the API's version; absent: Google's. */
  baseUrl: string | undefined;
  settings: Pick<LlmMemberSettings, "defaultHeaders" | "connectTimeoutMs" | "extraBody">;
  attribute: Attribute;
}

/** Gemini's generateContent. It holds a model to a schema by itself; an answer that still breaks it is asked for in words. */
export function geminiWire(options: GeminiOptions): ChatWire {
  const connect = lazyModel(options);
  return {
    begin(request) {
      let inWords = false;
      let timeoutsLeft = TIMEOUT_RETRIES;
      return {
        attempt: async ({ signal }) => {
          try {
            const model = await connect();
            const call = callOptions(request, options, inWords);
            return readResult(await model.doGenerate({ ...call, abortSignal: signal }), request);
          } catch (error) {
            signal.throwIfAborted();
            throw aiSdkFailure(error);
          }
        },
        pauseAfter(error: LlmError, pause) {
          if (error.kind === "invalid_json") inWords = true;
          if (error.kind !== "timeout") return pause;
          timeoutsLeft -= 1;
          return timeoutsLeft >= 0 ? 0 : undefined;
        },
      };
    },
  };
}

function lazyModel({ apiKey, model, baseUrl, settings }: GeminiOptions): () => Promise<LanguageModelV3> {
  let loading: Promise<LanguageModelV3> | undefined;
  return () => {
    loading ??= import("@ai-sdk/google").then(({ createGoogleGenerativeAI }) =>
      createGoogleGenerativeAI({
        apiKey,
        baseURL: baseUrl ?? "https://generativelanguage.googleapis.com/v1beta",
        headers: settings.defaultHeaders ?? {},
        fetch: withBody(httpClient(settings.connectTimeoutMs), (body) => withExtra(body, settings.extraBody)),
      })(model),
    );
    return loading;
  };
}

/** What the user configured are fields of the generation's configuration, in Python's spelling; ours win. */
function withExtra(
  body: Record<string, unknown>,
  extra: Record<string, unknown> | undefined,
): Record<string, unknown> {
  if (!extra) return body;
  const fields = Object.entries(extra).map(([name, value]) => [
    name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase()),
    value,
  ]);
  const ours = typeof body.generationConfig === "object" ? body.generationConfig : {};
  return { ...body, generationConfig: { ...Object.fromEntries(fields), ...ours } };
}

function callOptions(
  request: PreparedRequest,
  { attribute }: GeminiOptions,
  inWords: boolean,
): LanguageModelV3CallOptions {
  const isJson = request.responseFormat === "json";
  const schema = request.responseSchema && unboundedSchema(request.responseSchema);
  const messages = inWords && schema ? withSchema(request.messages, schema) : request.messages;
  const choice = toToolChoice(request.toolChoice);
  return {
    prompt: toPrompt(messages, "google"),
    headers: attribute(request.scope, request.attribution),
    ...(request.maxTokens !== undefined && { maxOutputTokens: request.maxTokens }),
    ...(request.temperature !== undefined && { temperature: request.temperature }),
    ...(isJson && !inWords && { responseFormat: { type: "json", ...(schema && { schema }) } }),
    ...(request.tools && { tools: toTools(request.tools), ...(choice && { toolChoice: choice }) }),
  };
}

/** An answer that was cut off at its limit is returned as far as it came. */
function readResult(result: LanguageModelV3GenerateResult, request: PreparedRequest): ChatResponse {
  const usage = usageOfResult(result);
  const calls = callsOfResult(result, "google");
  const text = textOfResult(result);
  if (text === "" && calls.length === 0) {
    const isBlocked = result.finishReason.unified === "content-filter";
    if (isBlocked || !request.tools) throw emptyAnswer(isBlocked ? "content_filter" : "");
  }
  if (request.tools) {
    const finishReason = calls.length > 0 ? "tool_calls" : "stop";
    return { content: text || null, toolCalls: calls, finishReason, usage };
  }
  return {
    content: request.responseFormat === "json" ? structuredText(text, true) : text,
    toolCalls: [],
    finishReason: result.finishReason.raw ?? result.finishReason.unified,
    usage,
  };
}
