import type { TokenUsage } from "../../engine/types.ts";

export function toUsage(usage: TokenUsage) {
  return {
    input_tokens: usage.inputTokens,
    output_tokens: usage.outputTokens,
    total_tokens: usage.inputTokens + usage.outputTokens,
    cached_tokens: usage.cachedTokens,
    thoughts_tokens: usage.thoughtsTokens,
  };
}
