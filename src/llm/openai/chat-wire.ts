import type OpenAI from "openai";
import type { Attribute } from "../../remote/attribution.ts";
import { ServiceError } from "../../remote/service-error.ts";
import type { LlmError } from "../llm-error.ts";
import type { ChatWire, PreparedRequest } from "../wire.ts";
import { type EndpointOptions, endpoint } from "./endpoint.ts";
import { openAiFailure } from "./failure.ts";
import { type OpenAiTarget, toOpenAiBody } from "./request.ts";
import { readCompletion } from "./response.ts";

type Body = OpenAI.ChatCompletionCreateParamsNonStreaming;

export interface OpenAiChatOptions extends EndpointOptions {
  target: OpenAiTarget;
  /** Whether calls say in headers whose they are. */
  attribute: Attribute;
}

/** OpenAI's chat completions, never streamed. */
export function openAiChatWire(options: OpenAiChatOptions): ChatWire {
  const post = endpoint(options, "/chat/completions");
  return {
    begin(request) {
      let body = toOpenAiBody(request, options.target);
      const headers = options.attribute(request.scope, request.attribution);
      const send = async (signal: AbortSignal): Promise<unknown> => {
        try {
          return await post(body, { signal, headers });
        } catch (error) {
          signal.throwIfAborted();
          const failure = openAiFailure(error, request);
          const accepted = withoutRefused(body, request, failure);
          if (!accepted) throw failure;
          body = accepted;
          return send(signal);
        }
      };
      return {
        attempt: async ({ isLast, signal }) => readCompletion(await send(signal), request, isLast),
      };
    },
  };
}

/**
 * The body without what the provider does not know, when that is what it said. It is sent at once, and counts as the same
 * attempt.
 */
function withoutRefused(body: Body, request: PreparedRequest, error: LlmError): Body | undefined {
  if (error.kind !== "status" || error.isAuthentication || !request.tools) return undefined;
  const said = error.cause instanceof ServiceError ? JSON.stringify(error.cause.body ?? error.message) : "";
  if (body.tool_choice !== undefined && error.status === 400 && said.includes("tool_choice")) {
    const { tool_choice, ...rest } = body;
    return rest;
  }
  const asksForNone = said.includes("reasoning_effort") && said.includes("'none'");
  return asksForNone && body.reasoning_effort !== "none" ? { ...body, reasoning_effort: "none" } : undefined;
}
