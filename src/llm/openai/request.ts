/** A chat request in the words of OpenAI's API. */
import { createHash } from "node:crypto";
import type OpenAI from "openai";
import type { LlmMemberSettings } from "../../settings/llm-member-settings.ts";
import { strictSchema } from "../json-schema.ts";
import type { ToolDefinition } from "../types.ts";
import type { PreparedRequest } from "../wire.ts";
import { messagesOf } from "./messages.ts";
import type { ProviderProfile } from "./profiles.ts";

export interface OpenAiTarget {
  provider: string;
  model: string;
  profile: ProviderProfile;
  /** As configured; absent: the provider's own. */
  baseUrl: string | undefined;
  settings: Pick<
    LlmMemberSettings,
    "reasoningEffort" | "extraBody" | "jsonMode" | "cacheAffinity" | "groqServiceTier" | "openaiServiceTier"
  >;
}

type Body = OpenAI.ChatCompletionCreateParamsNonStreaming;

const GROQ_SEED = 4242;
/** Models that reason: they take `max_completion_tokens`, enough of them to think, and no temperature. */
const REASONING_MODEL = /gpt-5|gpt-6|o1|o3/;
const REASONING_DEEPSEEK = /v4-pro|reasoner|r1|thinking/;
export const MIN_REASONING_TOKENS = 16_000;
/** Models that refuse to be told how much to reason. */
const NO_REASONING_EFFORT = /gpt-4o|gpt-4\.1|gpt-4-|gpt-3\.5/;

export function toOpenAiBody(request: PreparedRequest, target: OpenAiTarget): Body {
  const { settings } = target;
  const format = responseFormat(request, target);
  const effort = settings.reasoningEffort;
  return {
    model: target.model,
    messages: messagesOf(request, target, format?.type),
    ...(format && { response_format: format }),
    ...toolFields(request, target),
    ...temperature(request, target),
    ...tokenLimit(request, target),
    ...(effort !== undefined &&
      !NO_REASONING_EFFORT.test(target.model.toLowerCase()) && {
        reasoning_effort: effort as OpenAI.ReasoningEffort,
      }),
    ...providerFields(request, target, format !== undefined),
    ...(request.user !== undefined && { user: request.user }),
    ...cacheKey(request, target),
  };
}

export function isReasoningModel(model: string): boolean {
  const name = model.toLowerCase();
  return (name.includes("deepseek") ? REASONING_DEEPSEEK : REASONING_MODEL).test(name);
}

function responseFormat(request: PreparedRequest, target: OpenAiTarget): Body["response_format"] {
  if (request.responseFormat !== "json") return undefined;
  if (request.strict && request.responseSchema) {
    const schema = strictSchema(request.responseSchema);
    return { type: "json_schema", json_schema: { name: "response", strict: true, schema } };
  }
  return (target.settings.jsonMode ?? target.profile.jsonMode) ? { type: "json_object" } : undefined;
}

/** A tool that must be called is offered alone: naming it in `tool_choice` is not understood everywhere. */
function toolFields(
  { tools, toolChoice }: PreparedRequest,
  target: OpenAiTarget,
): Pick<Body, "tools" | "tool_choice"> {
  if (!tools) return {};
  const name = typeof toolChoice === "object" ? toolChoice.name : undefined;
  const offered = name === undefined ? tools : tools.filter((tool) => tool.name === name);
  return {
    tools: offered.map(toOpenAiTool),
    ...(toolChoice !== undefined && takesToolChoice(target) && { tool_choice: "required" }),
  };
}

function takesToolChoice({ model, profile }: OpenAiTarget): boolean {
  const name = model.toLowerCase();
  const vendors = name.split("/").slice(0, -1);
  return (
    profile.toolChoice && !name.includes("deepseek") && !vendors.some((v) => v === "z-ai" || v === "zai")
  );
}

function temperature({ temperature: given }: PreparedRequest, target: OpenAiTarget) {
  if (given === undefined || isReasoningModel(target.model)) return {};
  return { temperature: target.provider === "minimax" ? Math.min(Math.max(given, 0.01), 1) : given };
}

function tokenLimit({ maxTokens, tools }: PreparedRequest, target: OpenAiTarget) {
  if (maxTokens === undefined) return {};
  const reasoning = isReasoningModel(target.model);
  const most = tools ? maxTokens : Math.min(maxTokens, outputLimit(target.model));
  const tokens = reasoning && !tools ? Math.max(most, MIN_REASONING_TOKENS) : most;
  const takesNewName =
    reasoning ||
    target.profile.newTokenName === true ||
    (target.provider === "openai" &&
      (target.baseUrl === undefined || target.baseUrl.includes(".openai.azure.com")));
  return takesNewName ? { max_completion_tokens: tokens } : { max_tokens: tokens };
}

/** What the older models of OpenAI can write at most. */
function outputLimit(model: string): number {
  const name = model.toLowerCase();
  if (name.includes("gpt-4.1") || name.includes("gpt-4-")) return 32_000;
  return name.includes("gpt-4o") ? 16_384 : Number.POSITIVE_INFINITY;
}

/** What the user configured wins over what we know of a provider. */
function providerFields(
  request: PreparedRequest,
  { provider, model, baseUrl, settings }: OpenAiTarget,
  hasFormat: boolean,
): Record<string, unknown> {
  const extra: Record<string, unknown> = { ...settings.extraBody };
  if (provider === "minimax") {
    extra.thinking ??= { type: model.toLowerCase().includes("m3.1") ? "adaptive" : "disabled" };
  }
  if (provider === "groq" && !request.tools) {
    if (settings.groqServiceTier) extra.service_tier = settings.groqServiceTier;
    if (isReasoningModel(model)) extra.include_reasoning = false;
  }
  if (hasFormat && isOpenRouter(provider, baseUrl)) {
    // Of the hosts behind it, only those that honour every field are to answer.
    extra.provider = { require_parameters: true, ...(extra.provider as Record<string, unknown> | undefined) };
  }
  return {
    ...(provider === "groq" && { seed: GROQ_SEED }),
    ...(provider === "openai" && settings.openaiServiceTier && { service_tier: settings.openaiServiceTier }),
    ...extra,
  };
}

function isOpenRouter(provider: string, baseUrl: string | undefined): boolean {
  return (
    provider === "openrouter" || (baseUrl !== undefined && new URL(baseUrl).hostname === "openrouter.ai")
  );
}

/** Keeps the calls that begin alike at one cache. An unknown host gets no field that it may not know. */
function cacheKey(request: PreparedRequest, target: OpenAiTarget): Pick<Body, "prompt_cache_key"> {
  const mode = target.settings.cacheAffinity ?? "auto";
  const isOpenAi =
    target.provider === "openai" &&
    (target.baseUrl === undefined || /(^|\.)openai\.com$/.test(new URL(target.baseUrl).hostname));
  if (mode !== "openai_prompt_cache_key" && !(mode === "auto" && isOpenAi)) return {};
  if (target.settings.extraBody && "prompt_cache_key" in target.settings.extraBody) return {};
  const first = JSON.stringify(request.messages[0] ?? null);
  return { prompt_cache_key: createHash("sha256").update(first).digest("hex").slice(0, 32) };
}

function toOpenAiTool({ name, description, parameters }: ToolDefinition): OpenAI.ChatCompletionTool {
  return { type: "function", function: { name, description, parameters } };
}
