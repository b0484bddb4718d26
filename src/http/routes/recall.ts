import { type AttachmentsById, textAttachments, unitAttachments } from "../../engine/attachments/read.ts";
import type { EngineContext } from "../../engine/context.ts";
import type { Engine } from "../../engine/engine.ts";
import { queryTokens } from "../../engine/recall/query.ts";
import {
  type BankAddress,
  FACT_TYPES,
  type FactType,
  type RecallAnswer,
  type RecallRequest,
} from "../../engine/types.ts";
import { HttpError } from "../http-error.ts";
import { parseZuluDate } from "../python-date.ts";
import { type Route, route } from "../route.ts";
import { list, object, refineObject, withDefault } from "../validation/composites.ts";
import { dateTime, type WrittenDate } from "../validation/dates.ts";
import { boolean, enumeration, integer, number, string } from "../validation/scalars.ts";
import { type Infer, nullable, refine, ValueFault } from "../validation/schema.ts";
import { recalledAnswer } from "../wire/answers/recall.ts";
import { toAttachments } from "../wire/attachment.ts";
import { toRecallResult, toSourceFact } from "../wire/memory.ts";
import { toTrace } from "../wire/recall-trace.ts";
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
  if (window.end.instant < window.start.instant) throw new ValueFault("end must not be before start");
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

export const recallBody = refineObject(fields, (body) => {
  checkTags(body);
  return body;
});

/** Searching a bank's memories. */
export function recallRoutes(engine: Engine): Route[] {
  return [
    route({
      name: "recall_memories",
      method: "POST",
      path: "/v1/default/banks/:bank_id/memories/recall",
      body: recallBody,
      anyText: true,
      check: ({ body }) => toTimestamp(body.query_timestamp),
      answer: recalledAnswer,
      handle: async ({ address, body, signal }, queryTimestamp) => {
        const answer = await engine.recall(address, toRequest(body, queryTimestamp), signal);
        return toAnswer(answer, address.bankId, await attachmentsOf(engine.context, address, answer));
      },
    }),
  ];
}

function toRequest(body: RecallBody, queryTimestamp: ReturnType<typeof toTimestamp>): RecallRequest {
  const types = toTypes(body.types);
  const { include, prefer_observations: preferObservations, temporal_window: window } = body;
  const floors = Object.entries(body.min_scores ?? {}).filter(([, value]) => value !== null);
  return {
    query: body.query,
    types,
    budget: body.budget,
    maxTokens: body.max_tokens,
    ...(queryTimestamp && { queryTimestamp }),
    ...(window && { temporalWindow: { start: written(window.start), end: written(window.end) } }),
    includeEntities: include.entities !== null,
    ...(include.chunks && { includeChunks: { maxTokens: include.chunks.max_tokens } }),
    ...(include.source_facts && {
      includeSourceFacts: {
        maxTokens: include.source_facts.max_tokens,
        maxTokensPerObservation: include.source_facts.max_tokens_per_observation,
      },
    }),
    ...(preferObservations !== null && { preferObservations }),
    trace: body.trace,
    ...toTagRequest(body),
    minScores: Object.fromEntries(floors),
  };
}

function written({ local, offset }: WrittenDate) {
  return { local, offset };
}

/** @throws HttpError 400 */
function toTimestamp(text: string | null) {
  if (!text) return undefined;
  const date = parseZuluDate(text);
  if (!date) throw new HttpError(400, `Invalid query_timestamp format. '${text}' is not ISO 8601`);
  return date;
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

/** What an answer's facts were drawn from, and what stands in its chunks. */
async function attachmentsOf(
  context: EngineContext,
  address: BankAddress,
  { results, chunks }: RecallAnswer,
): Promise<AttachmentsById> {
  const texts = [...(chunks?.values() ?? [])].map(({ id, text }) => ({ id, documentId: null, text }));
  const [ofFacts, ofChunks] = await Promise.all([
    unitAttachments(
      context,
      address,
      results.map(({ id }) => id),
    ),
    textAttachments(context, address, texts),
  ]);
  return new Map([...ofFacts, ...ofChunks]);
}

function toAnswer(
  { results, entities, chunks, sourceFacts, trace }: RecallAnswer,
  bankId: string,
  attachments: AttachmentsById,
) {
  return {
    results: results.map((memory) => ({
      ...toRecallResult(memory),
      attachments: toAttachments(bankId, attachments.get(memory.id)),
    })),
    trace: trace && toTrace(trace),
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
              attachments: toAttachments(bankId, attachments.get(chunk.id)),
            },
          ]),
        )
      : null,
    source_facts: sourceFacts?.facts.length
      ? Object.fromEntries(sourceFacts.facts.map((fact) => [fact.id, toSourceFact(fact)]))
      : null,
    source_facts_truncated: sourceFacts ? sourceFacts.truncated : null,
  };
}
