/** Reads an answer of OpenAI's API, or of one that is like it: nothing in it is taken for granted. */
import type OpenAI from "openai";
import { isJsonObject } from "../../json-object.ts";
import { parseModelJson } from "../../parse-json.ts";
import { cutOff, emptyAnswer, structuredText } from "../answer-text.ts";
import { LlmError } from "../llm-error.ts";
import { stripReasoning } from "../reasoning.ts";
import type { ChatRequest, ChatResponse, TokenUsage, ToolCall } from "../types.ts";

type DeepPartial<T> = T extends object ? { [K in keyof T]?: DeepPartial<T[K]> | null | undefined } : T;
/** What a compatible server may leave out is everything. */
type ReceivedCompletion = DeepPartial<OpenAI.ChatCompletion> & { error?: unknown };

/** Ends of an answer after which broken JSON was meant to be whole, and can be mended. */
const COMPLETE = new Set(["stop", "tool_calls", "function_call", "end_turn"]);

/**
 * @param isLast no attempt comes after this one: JSON that is broken is mended now.
 * @throws LlmError when the answer is none, or cannot be used.
 */
export function readCompletion(
  answer: unknown,
  request: Pick<ChatRequest, "tools" | "responseFormat">,
  isLast: boolean,
): ChatResponse {
  const received = requireObject(answer);
  const { message, finishReason } = readChoice(received, request.tools === undefined);
  const content = typeof message.content === "string" ? message.content : "";
  const usage = readUsage(received);
  if (request.tools) {
    // Whether an answer without a tool call will do is for the one who offered tools to say.
    const toolCalls = readToolCalls(message.tool_calls);
    const given: unknown = message.content;
    if (typeof given === "object" && given !== null) throw malformed("content is no text");
    return { content: stripReasoning(content) || null, toolCalls, finishReason, usage };
  }
  if (finishReason === "length") throw cutOff();
  if (content === "") throw emptyAnswer(finishReason);
  const text =
    request.responseFormat === "json"
      ? structuredText(content, isLast && COMPLETE.has(finishReason))
      : stripReasoning(content);
  return { content: text, toolCalls: [], finishReason, usage };
}

function requireObject(answer: unknown): ReceivedCompletion {
  if (typeof answer === "object" && answer !== null) return answer;
  throw new LlmError("no_answer", "The provider's answer is not a JSON object", { retryable: true });
}

/** @param asksAgain an answer without a message is asked for again: a turn is repeated by the one who offered tools. */
function readChoice(received: ReceivedCompletion, asksAgain: boolean) {
  if (received.error) {
    throw new LlmError("no_answer", errorText(received.error), { retryable: false });
  }
  const choice = received.choices?.[0];
  const finishReason: string = choice?.finish_reason ?? "";
  if (!choice?.message || finishReason === "error") {
    const retryable = asksAgain || !choice || finishReason === "error";
    throw new LlmError("no_answer", "The provider's answer holds no message", { retryable });
  }
  return { message: choice.message, finishReason };
}

/** @throws LlmError when a call has no id, name or arguments that can be read: the turn is lost with it. */
function readToolCalls(
  received: DeepPartial<OpenAI.ChatCompletionMessageToolCall[]> | null | undefined,
): ToolCall[] {
  return (received ?? []).map((call) => {
    if (!call || !("function" in call) || (call.type ?? "function") !== "function") {
      throw malformed("it is no call of a function");
    }
    const id: unknown = call.id;
    const name: unknown = call.function?.name;
    if (typeof id !== "string" || typeof name !== "string") throw malformed("its id or its name is missing");
    return { id, name, arguments: readArguments(call.function?.arguments) };
  });
}

/** Text that is no JSON is for the one who offered the tools to judge; JSON of another kind is no set of arguments. */
function readArguments(received: unknown): string {
  const text = received ?? "";
  if (typeof text !== "string") throw malformed("its arguments are no text");
  const value = parseModelJson(text);
  if (value !== undefined && !isJsonObject(value)) throw malformed("its arguments are no object");
  return text;
}

function malformed(reason: string): LlmError {
  return new LlmError("no_answer", `A tool call of the provider's answer cannot be read: ${reason}`, {
    retryable: false,
  });
}

function readUsage({ usage }: ReceivedCompletion): TokenUsage {
  const input = usage?.prompt_tokens ?? 0;
  const thoughts = usage?.completion_tokens_details?.reasoning_tokens ?? 0;
  return {
    inputTokens: input,
    outputTokens: visibleTokens(usage?.completion_tokens ?? 0, thoughts, (usage?.total_tokens ?? 0) - input),
    cachedTokens: usage?.prompt_tokens_details?.cached_tokens ?? 0,
    thoughtsTokens: thoughts,
  };
}

/** Some providers count what was thought in the output, others beside it; in both cases `all` is the sum of the two. */
function visibleTokens(output: number, thoughts: number, all: number): number {
  const without = Math.max(0, output - thoughts);
  return thoughts === 0 ? output : Math.min(output, Math.max(without, all - thoughts));
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
