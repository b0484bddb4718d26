import { type AttachmentsById, unitAttachments } from "../../engine/attachments/read.ts";
import type { Engine, ReflectCall } from "../../engine/engine.ts";
import { pageEntry } from "../../engine/mental-models/based-on.ts";
import type { ReflectAnswer } from "../../engine/types.ts";
import { toUsage } from "../../engine/usage.ts";
import { type Route, route } from "../route.ts";
import { list, object, refineObject, withDefault } from "../validation/composites.ts";
import { boolean, enumeration, integer, string } from "../validation/scalars.ts";
import { type Infer, nullable, ValueFault } from "../validation/schema.ts";
import { reflectedAnswer } from "../wire/answers/reflect.ts";
import { toAttachments } from "../wire/attachment.ts";
import { toFact } from "../wire/memory.ts";
import { responseSchema, someFactTypes } from "../wire/reflect-fields.ts";
import { checkTags, tagFields, toTagRequest } from "../wire/tags.ts";

const fields = object({
  reflect_search_observations_max_tokens: withDefault(nullable(integer({ min: 1 })), null),
  reflect_search_observations_include_entities: withDefault(nullable(boolean()), null),
  query: string(),
  budget: withDefault(enumeration(["low", "mid", "high"]), "low"),
  context: withDefault(nullable(string()), null),
  max_tokens: withDefault(integer(), 4096),
  include: withDefault(
    object({
      facts: withDefault(nullable(object({})), null),
      tool_calls: withDefault(nullable(object({ output: withDefault(boolean(), true) })), null),
    }),
    { facts: null, tool_calls: null },
  ),
  response_schema: withDefault(nullable(responseSchema), null),
  ...tagFields,
  apply_all_directives: withDefault(boolean(), false),
  fact_types: withDefault(nullable(someFactTypes), null),
  exclude_mental_models: withDefault(boolean(), false),
  exclude_mental_model_ids: withDefault(nullable(list(string())), null),
});

type ReflectBody = Infer<typeof fields>;

export const reflectBody = refineObject(fields, (body) => {
  if (`${body.query}${body.context ?? ""}`.trim() === "") throw new ValueFault("query must not be blank");
  checkTags(body);
  return body;
});

/** Answering questions from a bank's memory. */
export function reflectRoutes(engine: Engine): Route[] {
  return [
    route({
      name: "reflect",
      method: "POST",
      path: "/v1/default/banks/:bank_id/reflect",
      body: reflectBody,
      anyText: true,
      answer: reflectedAnswer,
      handle: async ({ address, body, signal }) => {
        const answer = await engine.reflect(address, toCall(body), signal);
        const unitIds = answer.basedOn?.memories.map(({ id }) => id) ?? [];
        return toAnswer(answer, address.bankId, await unitAttachments(engine.context, address, unitIds));
      },
    }),
  ];
}

function toCall(body: ReflectBody): ReflectCall {
  return {
    query: body.query,
    ...(body.context && { context: body.context }),
    budget: body.budget,
    maxTokens: body.max_tokens,
    includeFacts: body.include.facts !== null,
    ...(body.include.tool_calls && { includeToolCalls: body.include.tool_calls }),
    ...(body.response_schema && { responseSchema: body.response_schema }),
    ...toTagRequest(body),
    ...(body.fact_types && { factTypes: body.fact_types }),
    applyAllDirectives: body.apply_all_directives,
    excludeMentalModels: body.exclude_mental_models,
    excludeMentalModelIds: body.exclude_mental_model_ids ?? [],
    observationsMaxTokens: body.reflect_search_observations_max_tokens ?? undefined,
    observationsIncludeEntities: body.reflect_search_observations_include_entities ?? undefined,
  };
}

function toAnswer(answer: ReflectAnswer, bankId: string, attachments: AttachmentsById) {
  const { basedOn, trace } = answer;
  return {
    text: answer.text,
    based_on: basedOn && {
      memories: basedOn.memories.map((memory) => ({
        ...toFact(memory),
        attachments: toAttachments(bankId, attachments.get(memory.id)),
      })),
      mental_models: basedOn.mentalModels.map(pageEntry),
      directives: basedOn.directives,
    },
    structured_output: answer.structuredOutput,
    structured_output_error: answer.structuredOutputError,
    usage: toUsage(answer.usage),
    trace: trace && {
      tool_calls: trace.toolCalls.map(({ durationMs, ...call }) => ({ ...call, duration_ms: durationMs })),
      llm_calls: trace.llmCalls.map(({ scope, durationMs }) => ({ scope, duration_ms: durationMs })),
    },
  };
}
