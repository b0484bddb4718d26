import { CONTROL, LLM_SCOPES, type LlmCall, type LlmCalls, type LlmChoice } from "../../daemon-protocol.ts";
import type { Engine } from "../../engine/engine.ts";
import { releaseWork } from "../../engine/operations/release.ts";
import { chooseLlm, type LoggedCall, listLlmCalls } from "../../engine/sandboxes/llm.ts";
import { type Route, route } from "../route.ts";
import { list, object, orNull, union, withDefault } from "../validation/composites.ts";
import { literal, string } from "../validation/scalars.ts";
import { nullable } from "../validation/schema.ts";

const sandbox = withDefault(string(), "");

/** A model that a sandbox may ask in place of the server's own. */
const choice = union<LlmChoice>([
  ["word", literal(["offline"])],
  [
    "model",
    object({
      provider: string(),
      model: string(),
      base_url: string(),
      api_key: orNull(string()),
      scopes: orNull(list(literal(LLM_SCOPES))),
    }),
  ],
]);

/** Which language model a sandbox asks, and what it was asked. */
export function controlLlmRoutes({ context, sandboxes }: Engine): Route[] {
  return [
    route({
      method: "POST",
      path: CONTROL.llm,
      open: true,
      body: object({ sandbox, llm: nullable(choice) }),
      handle: async ({ body }) => {
        await sandboxes.requireOpen(body.sandbox);
        chooseLlm(context, body.sandbox, toChoice(body.llm));
        return {};
      },
    }),
    route({
      method: "GET",
      path: CONTROL.llmCalls,
      open: true,
      query: { sandbox },
      handle: async ({ query }): Promise<LlmCalls> => {
        await sandboxes.requireOpen(query.sandbox);
        if (context.heldWork.readsAgain(query.sandbox, CONTROL.llmCalls)) {
          await releaseWork(context, { sandboxId: query.sandbox });
        }
        return { calls: listLlmCalls(context, query.sandbox).map(toLlmCall) };
      },
    }),
  ];
}

function toChoice(llm: LlmChoice) {
  if (llm === null) return null;
  if (llm === "offline") return { provider: llm };
  const { provider, model, base_url: baseUrl, api_key: apiKey, scopes } = llm;
  return { provider, model, baseUrl, apiKey: apiKey ?? undefined, scopes: scopes ?? undefined };
}

function toLlmCall(call: LoggedCall): LlmCall {
  return {
    bank_id: call.bankId,
    operation_id: call.operationId ?? null,
    scope: call.scope,
    step: call.step ?? null,
    provider: call.provider,
    model: call.model,
    input_tokens: call.inputTokens,
    output_tokens: call.outputTokens,
    duration_ms: call.durationMs,
    failed: call.failed,
  };
}
