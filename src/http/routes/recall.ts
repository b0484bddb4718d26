import type { Engine } from "../../engine/engine.ts";
import { queryTokens } from "../../engine/recall/query.ts";
import { FACT_TYPES, type FactType, type RecallAnswer, type RecallRequest } from "../../engine/types.ts";
import { parseDate } from "../dates.ts";
import { HttpError } from "../http-error.ts";
import { type Route, route } from "../route.ts";
import { list, type ObjectSchema, object, withDefault } from "../validation/composites.ts";
import { dateTime } from "../validation/dates.ts";
import { boolean, enumeration, integer, number, string } from "../validation/scalars.ts";
import { type Infer, nullable, refine, ValueFault } from "../validation/schema.ts";
import { toRecallResult } from "../wire/memory.ts";
import { checkTags, tagFields, toTagRequest } from "../wire/tags.ts";

const query = refine(string(), (text) => {
  if (queryTokens(text).length === 0) throw new ValueFault("query must hold at least one letter or digit");
  return text;
});

const include = object({
  entities: withDefault(nullable(object({ max_tokens: withDefault(integer(), 500) })), { max_tokens: 500 }),
  chunks: withDefault(nullable(object({ max_tokens: withDefault(integer(), 8192) })), null),
  source_facts: withDefault(
    nullable(
      object({
        max_tokens: withDefault(integer(), 4096),
        max_tokens_per_observation: withDefault(integer(), -1),
      }),
    ),
    null,
  ),
});

const floor = withDefault(nullable(number()), null);

const temporalWindow = refine(object({ start: dateTime(), end: dateTime() }), (window) => {
  if (window.end < window.start) throw new ValueFault("end must not be before start");
  return window;
});

const fields = object({
  query,
  types: withDefault(nullable(list(string())), null),
  prefer_observations: withDefault(nullable(boolean()), null),
  budget: withDefault(enumeration(["low", "mid", "high"]), "mid"),
  max_tokens: withDefault(integer(), 4096),
  trace: withDefault(boolean(), false),
  query_timestamp: withDefault(nullable(string()), null),
  include: withDefault(include, { entities: { max_tokens: 500 }, chunks: null, source_facts: null }),
  ...tagFields,
  min_scores: withDefault(
    nullable(object({ semantic: floor, keyword: floor, reranker: floor, final: floor })),
    null,
  ),
  temporal_window: withDefault(nullable(temporalWindow), null),
});

type RecallBody = Infer<typeof fields>;

const recallBody: ObjectSchema<RecallBody> = {
  names: fields.names,
  ...refine(fields, (body) => {
    checkTags(body);
    return body;
  }),
};

/** Searching a bank's memories. */
export function recallRoutes(engine: Engine): Route[] {
  return [
    route({
      method: "POST",
      path: "/v1/default/banks/:bank_id/memories/recall",
      body: recallBody,
      anyText: true,
      check: ({ body }) => toRequest(body),
      handle: async ({ address, body }, request) => toAnswer(body, await engine.recall(address, request)),
    }),
  ];
}

function toRequest(body: RecallBody): RecallRequest {
  const queryTimestamp = toTimestamp(body.query_timestamp);
  const types = toTypes(body.types);
  if (body.temporal_window) throw new HttpError(501, "This server does not support temporal_window");
  const floors = Object.entries(body.min_scores ?? {}).filter(([, value]) => value !== null);
  return {
    query: body.query,
    types,
    budget: body.budget,
    maxTokens: body.max_tokens,
    ...(queryTimestamp && { queryTimestamp }),
    includeEntities: body.include.entities !== null,
    ...(body.include.chunks && { includeChunks: { maxTokens: body.include.chunks.max_tokens } }),
    ...toTagRequest(body),
    minScores: Object.fromEntries(floors),
  };
}

/** @throws HttpError 400 */
function toTimestamp(text: string | null): Date | undefined {
  if (!text) return undefined;
  const date = parseDate(text);
  if (!date) throw new HttpError(400, `Invalid query_timestamp format. '${text}' is not ISO 8601`);
  return date.instant;
}

/** Nothing asked for means all; `opinion`, which older clients send, is dropped. @throws HttpError 422 */
function toTypes(asked: readonly string[] | null): FactType[] {
  if (!asked?.length) return [...FACT_TYPES];
  const isFactType = (type: string): type is FactType => FACT_TYPES.some((known) => known === type);
  const unknown = asked.filter((type) => type !== "opinion" && !isFactType(type));
  if (unknown.length > 0) {
    const known = [...FACT_TYPES].sort().join(", ");
    const names = [...new Set(unknown)].sort().join(", ");
    throw new HttpError(422, `Invalid fact type(s): ${names}. Must be one of: ${known}`);
  }
  return asked.filter(isFactType);
}

function toAnswer(body: RecallBody, { results, entities, chunks }: RecallAnswer) {
  return {
    results: results.map(toRecallResult),
    trace: null,
    entities: entities?.size
      ? Object.fromEntries(
          [...entities].map(([name, { entityId, canonicalName }]) => [
            name,
            { entity_id: entityId, canonical_name: canonicalName, observations: [] },
          ]),
        )
      : null,
    chunks: chunks?.size
      ? Object.fromEntries(
          [...chunks].map(([id, chunk]) => [
            id,
            {
              id: chunk.id,
              text: chunk.text,
              chunk_index: chunk.chunkIndex,
              truncated: chunk.truncated,
              attachments: null,
            },
          ]),
        )
      : null,
    source_facts: null,
    // Without observations there are no sources to cut.
    source_facts_truncated: body.include.source_facts ? false : null,
  };
}
