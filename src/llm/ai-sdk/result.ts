/** Reads what the AI SDK's providers return and throw. */
import type { APICallError, LanguageModelV3GenerateResult } from "@ai-sdk/provider";
import { LlmError } from "../llm-error.ts";
import type { TokenUsage, ToolCall } from "../types.ts";
import type { Package } from "./prompt.ts";

export function textOfResult({ content }: LanguageModelV3GenerateResult): string {
  return content.map((part) => (part.type === "text" ? part.text : "")).join("");
}

export function callsOfResult({ content }: LanguageModelV3GenerateResult, name: Package): ToolCall[] {
  return content.flatMap((part) => {
    if (part.type !== "tool-call") return [];
    const signature = part.providerMetadata?.[name]?.thoughtSignature;
    const call = { id: part.toolCallId, name: part.toolName, arguments: part.input };
    return [typeof signature === "string" ? { ...call, signature } : call];
  });
}

export function usageOfResult({ usage }: LanguageModelV3GenerateResult): TokenUsage {
  const { inputTokens, outputTokens } = usage;
  const thoughts = outputTokens.reasoning ?? 0;
  return {
    inputTokens: inputTokens.total ?? 0,
    outputTokens: outputTokens.text ?? Math.max(0, (outputTokens.total ?? 0) - thoughts),
    cachedTokens: inputTokens.cacheRead ?? 0,
    thoughtsTokens: thoughts,
  };
}

/** Overload and faults of the service pass; what is wrong with a request or its key does not. */
export function aiSdkFailure(error: unknown): LlmError {
  if (error instanceof LlmError) return error;
  const message = error instanceof Error ? error.message : String(error);
  if (!isCallError(error)) return new LlmError("connection", message, { retryable: true, cause: error });
  const { statusCode: status, responseBody } = error;
  if (status === undefined || (status >= 200 && status < 300)) {
    return new LlmError("connection", message, { retryable: true, cause: error });
  }
  return new LlmError("status", `HTTP ${status}: ${responseBody?.slice(0, 500) || message}`, {
    status,
    retryable: status === 429 || status >= 500,
    cause: error,
  });
}

/** By its mark: the class may be there twice. */
function isCallError(error: unknown): error is APICallError {
  return typeof error === "object" && error !== null && "url" in error && "requestBodyValues" in error;
}
