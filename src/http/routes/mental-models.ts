import type { Engine } from "../../engine/engine.ts";
import { isoDate } from "../../engine/iso-date.ts";
import {
  changeMentalModel,
  clearMentalModel,
  createMentalModel,
  deleteMentalModel,
  listMentalModels,
  type MentalModelChange,
  mentalModelHistory,
  readMentalModel,
  requestRefresh,
} from "../../engine/mental-models/mental-models.ts";
import { DEFAULT_TRIGGER } from "../../engine/mental-models/trigger.ts";
import { previewRefresh } from "../../engine/refresh/dry-run.ts";
import { type Route, route } from "../route.ts";
import { isPlainObject, list, object, optionalBody, orNull, withDefault } from "../validation/composites.ts";
import { repeated } from "../validation/query.ts";
import { boolean, integer, literal, string } from "../validation/scalars.ts";
import { type Infer, named } from "../validation/schema.ts";
import { dryRunRefreshAnswer } from "../wire/answers/dry-run-refresh.ts";
import {
  mentalModelAnswer,
  mentalModelCreationAnswer,
  mentalModelDeletionAnswer,
  mentalModelHistoryAnswer,
  mentalModelListAnswer,
  mentalModelRefreshAnswer,
} from "../wire/answers/mental-model.ts";
import { toDryRunRefresh } from "../wire/dry-run-refresh.ts";
import { MODEL_DETAILS, toMentalModel } from "../wire/mental-model.ts";
import { triggerChange, triggerSchema } from "../wire/trigger.ts";
import { page } from "./page.ts";

const LIST = "/v1/default/banks/:bank_id/mental-models";
const ONE = `${LIST}/:mental_model_id`;

const maxTokens = integer({ min: 256, max: 8192 });

const creationFields = {
  id: orNull(string()),
  name: string(),
  source_query: orNull(string()),
  tags: withDefault(list(string()), []),
  max_tokens: withDefault(maxTokens, 2048),
  trigger: withDefault(triggerSchema, DEFAULT_TRIGGER),
  content: orNull(string()),
};
const creation = object(creationFields);
/** Without its text a model needs the question that this is found by. */
const creationByQuery = object({ ...creationFields, source_query: string() });

export const mentalModelBody = named("CreateMentalModelRequest", {
  ...creation,
  parse: (input, at, faults) => {
    const hasContent = isPlainObject(input) && (input.content ?? null) !== null;
    return (hasContent ? creation : creationByQuery).parse(input, at, faults);
  },
} satisfies typeof creation);

export const mentalModelChangeBody = named(
  "UpdateMentalModelRequest",
  object({
    name: orNull(string()),
    source_query: orNull(string()),
    max_tokens: orNull(maxTokens),
    tags: orNull(list(string())),
    trigger: orNull(triggerChange),
  }),
);

export const refreshBody = optionalBody(
  named("RefreshMentalModelRequest", object({ mode: orNull(literal(["full"])) })),
);

/** Answers to standing questions. */
export function mentalModelRoutes({ context }: Engine): Route[] {
  return [
    route({
      name: "list_mental_models",
      method: "GET",
      path: LIST,
      query: {
        tags: repeated(withDefault(list(string()), [])),
        tags_match: withDefault(literal(["any", "all", "exact"]), "any"),
        detail: withDefault(literal(MODEL_DETAILS), "metadata"),
        ...page({ limit: 100, minLimit: 1, maxLimit: 1000 }),
        exclude_knowledge_pages: withDefault(boolean(), false),
      },
      missing: true,
      answer: mentalModelListAnswer,
      handle: async ({ address, query: { tags, tags_match: match, detail, limit, offset } }) => {
        const { total, models } = await listMentalModels(context, address, { tags, match, limit, offset });
        const items = models.map((model) => toMentalModel(address.bankId, model, detail, model));
        return { items, total, limit, offset };
      },
    }),
    route({
      name: "create_mental_model",
      method: "POST",
      path: LIST,
      body: mentalModelBody,
      answer: mentalModelCreationAnswer,
      handle: async ({ address, body: { id, content, source_query: sourceQuery, max_tokens, ...rest } }) => {
        const model = {
          ...rest,
          sourceQuery,
          maxTokens: max_tokens,
          ...(id !== null && { id }),
          ...(content !== null && { content }),
        };
        const made = await createMentalModel(context, address, model);
        return { mental_model_id: made.id, operation_id: made.operationId };
      },
    }),
    route({
      name: "get_mental_model",
      method: "GET",
      path: ONE,
      query: { detail: withDefault(literal(MODEL_DETAILS), "full") },
      answer: mentalModelAnswer,
      handle: async ({ address, query: { detail }, parameter }) => {
        const id = parameter("mental_model_id");
        const model = await readMentalModel(context, address, id, { full: detail === "full" });
        return toMentalModel(address.bankId, model, detail, model);
      },
    }),
    route({
      name: "update_mental_model",
      method: "PATCH",
      path: ONE,
      body: mentalModelChangeBody,
      answer: mentalModelAnswer,
      handle: async ({ address, body, parameter }) => {
        const model = await changeMentalModel(context, address, parameter("mental_model_id"), toChange(body));
        return toMentalModel(address.bankId, model, "full", null);
      },
    }),
    route({
      name: "delete_mental_model",
      method: "DELETE",
      path: ONE,
      answer: mentalModelDeletionAnswer,
      handle: async ({ address, parameter }) => {
        await deleteMentalModel(context, address, parameter("mental_model_id"));
        return { status: "deleted" as const };
      },
    }),
    route({
      name: "refresh_mental_model",
      method: "POST",
      path: `${ONE}/refresh`,
      body: refreshBody,
      answer: mentalModelRefreshAnswer,
      handle: async ({ address, body, parameter }) => {
        const id = parameter("mental_model_id");
        const operationId = await requestRefresh(context, address, id, body?.mode ?? undefined);
        return { operation_id: operationId, status: "queued" };
      },
    }),
    route({
      name: "dry_run_refresh_mental_model",
      method: "POST",
      path: `${ONE}/dry-run-refresh`,
      answer: dryRunRefreshAnswer,
      handle: async ({ address, parameter, signal }) => {
        const preview = await previewRefresh(context, address, parameter("mental_model_id"), signal);
        return toDryRunRefresh(preview, context.clock.now());
      },
    }),
    route({
      name: "clear_mental_model",
      method: "POST",
      path: `${ONE}/clear`,
      answer: mentalModelAnswer,
      handle: async ({ address, parameter }) => {
        const model = await clearMentalModel(context, address, parameter("mental_model_id"));
        return toMentalModel(address.bankId, model, "full", null);
      },
    }),
    route({
      name: "get_mental_model_history",
      method: "GET",
      path: `${ONE}/history`,
      answer: mentalModelHistoryAnswer,
      handle: async ({ address, parameter }) => {
        const rows = await mentalModelHistory(context, address, parameter("mental_model_id"));
        return rows.map(({ entry, changedAt }) => ({ ...entry, changed_at: isoDate(changedAt) }));
      },
    }),
  ];
}

function toChange(body: Infer<typeof mentalModelChangeBody>): MentalModelChange {
  const { name, source_query: sourceQuery, max_tokens, tags, trigger } = body;
  return {
    ...(name !== null && { name }),
    ...(sourceQuery !== null && { sourceQuery }),
    ...(max_tokens !== null && { maxTokens: max_tokens }),
    ...(tags !== null && { tags }),
    ...(trigger !== null && { trigger }),
  };
}
