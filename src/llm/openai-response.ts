/** Reads an answer of OpenAI's API, or of one that is like it: nothing in it is taken for granted. */
import type OpenAI from "openai";
import { LlmError } from "./llm-error.ts";
import { stripReasoning } from "./reasoning.ts";
import { readStructuredAnswer, repairStructuredAnswer } from "./structured-answer.ts";
import type { ChatRequest, ChatResponse, TokenUsage, ToolCall } from "./types.ts";

type DeepPartial<T> = T extends object ? { [K in keyof T]?: DeepPartial<T[K]> | null | undefined } : T;
/** What a compatible server may leave out is everything. */
export type ReceivedCompletion = DeepPartial<OpenAI.ChatCompletion> & { error?: unknown };

/** Ends of an answer after which broken JSON was meant to be whole, and can be mended. */
const COMPLETE = new Set(["stop", "tool_calls", "function_call", "end_turn"]);

/**
 * @param isLast no attempt comes after this one: JSON that is broken is mended now.
 * @throws LlmError when the answer is none, or cannot be used.
 */
export function readCompletion(
  received: ReceivedCompletion | string | null | undefined,
  request: ChatRequest,
  isLast: boolean,
): ChatResponse {
  if (typeof received !== "object" || received === null) {
    throw new LlmError("no_answer", "The provider's answer is not JSON", { retryable: true });
  }
  if (received.error) {
    throw new LlmError("no_answer", errorText(received.error), { retryable: false });
  }
  const choice = received.choices?.[0];
  const message = choice?.message;
  const finishReason = choice?.finish_reason ?? "";
  if (!message || (finishReason as string) === "error") {
    throw new LlmError("no_answer", "The provider's answer holds no message", { retryable: true });
  }
  if (finishReason === "length") {
    throw new LlmError("length", "The answer was cut off at its token limit", { retryable: false });
  }
  const content = typeof message.content === "string" ? message.content : "";
  const toolCalls = request.tools ? readToolCalls(message.tool_calls) : [];
  const usage = readUsage(received.usage);
  // Whether an answer without a tool call will do is for the one who offered tools to say.
  if (request.tools) return { content: stripReasoning(content) || null, toolCalls, finishReason, usage };
  if (stripReasoning(content) === "") {
    if (finishReason === "content_filter") {
      throw new LlmError("content_filter", "The provider's content filter withheld the answer", {
        retryable: false,
      });
    }
    throw new LlmError("empty", "The provider's answer is empty", { retryable: true });
  }
  if (request.responseFormat !== "json") {
    return { content: stripReasoning(content), toolCalls, finishReason, usage };
  }
  return { content: structuredText(content, finishReason, isLast), toolCalls, finishReason, usage };
}

/** The answer's JSON, without what stood around it. */
function structuredText(content: string, finishReason: string, isLast: boolean): string {
  let value = readStructuredAnswer(content);
  if (value === undefined && isLast && COMPLETE.has(finishReason)) value = repairStructuredAnswer(content);
  if (value === undefined) {
    throw new LlmError("invalid_json", `The answer is not JSON: ${content.slice(0, 200)}`, {
      retryable: true,
    });
  }
  return JSON.stringify(value);
}

function readToolCalls(
  received: DeepPartial<OpenAI.ChatCompletionMessageToolCall[]> | null | undefined,
): ToolCall[] {
  const calls: ToolCall[] = [];
  for (const call of received ?? []) {
    if (!call || !("function" in call)) continue;
    const args: unknown = call.function?.arguments;
    calls.push({
      id: call.id ?? "",
      name: call.function?.name ?? "",
      arguments: typeof args === "string" ? args : JSON.stringify(args ?? {}),
    });
  }
  return calls;
}

function readUsage(usage: ReceivedCompletion["usage"]): TokenUsage {
  const output = usage?.completion_tokens ?? 0;
  const thoughts = usage?.completion_tokens_details?.reasoning_tokens ?? 0;
  return {
    inputTokens: usage?.prompt_tokens ?? 0,
    // Some providers count what was thought beside the output, not in it.
    outputTokens: Math.max(0, output >= thoughts ? output - thoughts : output),
    cachedTokens: usage?.prompt_tokens_details?.cached_tokens ?? 0,
    thoughtsTokens: thoughts,
  };
}

function errorText(error: unknown): string {
  if (
    typeof error === "object" &&
    error !== null &&
    "message" in error &&
    typeof error.message === "string"
  ) {
    return error.message;
  }
  return typeof error === "string" ? error : JSON.stringify(error);
}
