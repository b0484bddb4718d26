import { LlmError } from "../llm-error.ts";
import type { ChatModel, ChatRequest, ChatResponse } from "../types.ts";
import { consolidate } from "./consolidation/index.ts";
import { extractFacts } from "./extraction/extract-facts.ts";
import { changeDocument } from "./mental-models/index.ts";
import { answerReflect } from "./reflect/index.ts";

/** It reads no tokens and writes none. */
const NO_USAGE = { inputTokens: 0, outputTokens: 0, cachedTokens: 0, thoughtsTokens: 0 };

/**
 * A built-in, rule-based stand-in for a language model: it needs no key and no network, and the same request always gets the
 * same answer. It is a provider like the others, and reads the same messages.
 */
export class OfflineModel implements ChatModel {
  readonly provider = "offline";
  readonly model = "offline";
  /** Such content is taken, with what is said around it; there is nothing else that it would see. */
  readonly seesImages = true;

  async complete(request: ChatRequest, signal?: AbortSignal): Promise<ChatResponse> {
    signal?.throwIfAborted();
    switch (request.scope) {
      case "retain_extract_facts":
        return text(await extractFacts(request));
      case "reflect":
        return { ...(await answerReflect(request)), usage: NO_USAGE };
      case "consolidation":
        return text(await consolidate(request));
      case "mental_model_delta":
      case "mental_model_retraction":
        return text(await changeDocument(request));
      case "verification":
        return text("ok");
      default:
        throw new LlmError("no_answer", `The offline model has no answer for ${request.scope}`, {
          retryable: false,
        });
    }
  }
}

function text(content: string): ChatResponse {
  return { content, toolCalls: [], finishReason: "stop", usage: NO_USAGE };
}
