import type {
  LanguageModelV3,
  LanguageModelV3CallOptions,
  LanguageModelV3GenerateResult,
  LanguageModelV3Prompt,
} from "@ai-sdk/provider";
import type { Attribute } from "../../remote/attribution.ts";
import { httpClient } from "../../remote/http-client.ts";
import type { LlmMemberSettings } from "../../settings/llm-member-settings.ts";
import { emptyAnswer, structuredText } from "../answer-text.ts";
import { unboundedSchema, withSchema } from "../json-schema.ts";
import { LlmError } from "../llm-error.ts";
import type { ChatResponse } from "../types.ts";
import type { ChatWire, PreparedRequest } from "../wire.ts";
import { withBody } from "./body.ts";
import { toPrompt, toToolChoice, toTools } from "./prompt.ts";
import { aiSdkFailure, callsOfResult, textOfResult, usageOfResult } from "./result.ts";

/** The API wants a limit; this is what its models can write at most. */
const MAX_TOKENS = 64_000;
const STRUCTURED_TOOL = "structured_response";
const CACHED = { anthropic: { cacheControl: { type: "ephemeral" } } };

export interface AnthropicOptions {
  apiKey: string;
  model: string;
  /** Without the API's `/v1`. */
  baseUrl: string;
  settings: Pick<LlmMemberSettings, "defaultHeaders" | "connectTimeoutMs" | "extraBody">;
  attribute: Attribute;
}

/** Anthropic's messages. No temperature is ever sent: its newer models refuse one. */
export function anthropicWire(options: AnthropicOptions): ChatWire {
  const connect = lazyModel(options);
  // Some models refuse to be told that they must call a tool.
  let forcesTools = true;
  return {
    begin(request) {
      return {
        attempt: async ({ signal }) => {
          const call = (forced: boolean) =>
            generate(connect, { ...callOptions(request, options, forced), abortSignal: signal });
          const result = await call(forcesTools).catch((error: unknown) => {
            signal.throwIfAborted();
            const failure = aiSdkFailure(error);
            if (!forcesTools || failure.status !== 400 || !failure.message.includes("tool_choice"))
              throw failure;
            forcesTools = false;
            return call(false).catch((again: unknown) => {
              signal.throwIfAborted();
              throw aiSdkFailure(again);
            });
          });
          return readResult(result, request);
        },
      };
    },
  };
}

function lazyModel({ apiKey, model, baseUrl, settings }: AnthropicOptions): () => Promise<LanguageModelV3> {
  let loading: Promise<LanguageModelV3> | undefined;
  return () => {
    loading ??= import("@ai-sdk/anthropic").then(({ createAnthropic }) =>
      createAnthropic({
        apiKey,
        baseURL: `${baseUrl.replace(/\/+$/, "").replace(/\/v1$/, "")}/v1`,
        headers: settings.defaultHeaders ?? {},
        fetch: withBody(httpClient(settings.connectTimeoutMs), (body) => ({
          ...body,
          ...settings.extraBody,
        })),
      })(model),
    );
    return loading;
  };
}

async function generate(
  connect: () => Promise<LanguageModelV3>,
  options: LanguageModelV3CallOptions,
): Promise<LanguageModelV3GenerateResult> {
  return (await connect()).doGenerate(options);
}

function isStructuredByTool(request: PreparedRequest): boolean {
  return request.responseFormat === "json" && request.strict && request.responseSchema !== undefined;
}

function callOptions(
  request: PreparedRequest,
  { attribute }: AnthropicOptions,
  forced: boolean,
): LanguageModelV3CallOptions {
  const byTool = isStructuredByTool(request) && forced;
  const { responseSchema: schema, tools } = request;
  const inWords = request.responseFormat === "json" && schema && !byTool;
  const prompt = toPrompt(
    inWords ? withSchema(request.messages, unboundedSchema(schema)) : request.messages,
    "anthropic",
  );
  const choice = toToolChoice(request.toolChoice);
  return {
    prompt: withCacheMarks(prompt, tools !== undefined),
    maxOutputTokens: request.maxTokens ?? MAX_TOKENS,
    headers: attribute(request.scope, request.attribution),
    ...(tools && {
      tools: toTools(tools),
      ...(choice && { toolChoice: forced ? choice : { type: "auto" } }),
    }),
    ...(byTool &&
      schema && {
        tools: toTools([
          {
            name: STRUCTURED_TOOL,
            description: "Takes the answer in its form.",
            parameters: unboundedSchema(schema),
          },
        ]),
        toolChoice: { type: "tool", toolName: STRUCTURED_TOOL },
      }),
  };
}

/** What calls have in common is cached: the instructions, and of a conversation that grows all of it so far. */
function withCacheMarks(prompt: LanguageModelV3Prompt, isConversation: boolean): LanguageModelV3Prompt {
  return prompt.map((message, index) => {
    const isMarked = message.role === "system" || (isConversation && index === prompt.length - 1);
    return isMarked ? { ...message, providerOptions: CACHED } : message;
  });
}

function readResult(result: LanguageModelV3GenerateResult, request: PreparedRequest): ChatResponse {
  if (result.finishReason.unified === "content-filter") throw emptyAnswer("content_filter");
  const usage = usageOfResult(result);
  const calls = callsOfResult(result, "anthropic");
  const text = textOfResult(result);
  if (request.tools) {
    const finishReason = calls.length > 0 ? "tool_calls" : "stop";
    return { content: text || null, toolCalls: calls, finishReason, usage };
  }
  const structured = calls.find(({ name }) => name === STRUCTURED_TOOL);
  const content = structured?.arguments ?? text;
  if (content === "" && request.responseFormat !== "json") {
    throw new LlmError("empty", "The provider's answer is empty", { retryable: true });
  }
  return {
    content: request.responseFormat === "json" ? structuredText(content, false) : content,
    toolCalls: [],
    finishReason: result.finishReason.raw ?? result.finishReason.unified,
    usage,
  };
}
