import type { Attribution } from "../remote/attribution.ts";
import type { ChatRequest } from "./types.ts";

/** A request that asks for next to nothing, to see whether a model is there. */
export function verificationRequest(attribution: Attribution): ChatRequest {
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
