import type { ChatRequest, LlmAttribution } from "./types.ts";

/** A request that asks for next to nothing, to see whether a model is there. */
export function verificationRequest(attribution: LlmAttribution): ChatRequest {
  return {
    scope: "verification",
    messages: [{ role: "user", content: "Answer with one word: ok" }],
    maxTokens: 512,
    maxRetries: 2,
    initialBackoffMs: 500,
    maxBackoffMs: 2_000,
    attribution,
  };
}
