import { unitAttachments } from "../../engine/attachments/read.ts";
import { receiveItems } from "../../engine/attachments/receive-items.ts";
import type { Engine } from "../../engine/engine.ts";
import { clearMemories } from "../../engine/memories/clear.ts";
import { listMemories } from "../../engine/memories/list.ts";
import { submitRetain } from "../../engine/operations/submit-retain.ts";
import { withTags } from "../../engine/retain/item-source.ts";
import { TAGS_MATCH } from "../../engine/types.ts";
import { toUsage } from "../../engine/usage.ts";
import { dateParameter } from "../dates.ts";
import { HttpError } from "../http-error.ts";
import { type Call, type Route, route } from "../route.ts";
import { canonicalUuid } from "../uuid.ts";
import { list, object, withDefault } from "../validation/composites.ts";
import { holdsLoneSurrogates } from "../validation/lone-surrogates.ts";
import { repeated } from "../validation/query.ts";
import { boolean, literal, string } from "../validation/scalars.ts";
import { type Infer, nullable, refine, ValueFault } from "../validation/schema.ts";
import { deletionAnswer } from "../wire/answers/done.ts";
import { memoryListAnswer, retainedAnswer } from "../wire/answers/memory.ts";
import { shown, toAttachments } from "../wire/attachment.ts";
import { toListItem } from "../wire/memory.ts";
import { itemSchema, toReceivedItem } from "../wire/retain-item.ts";
import { page } from "./page.ts";

const PATH = "/v1/default/banks/:bank_id/memories";

const operationId = refine(string(), (text) => {
  const uuid = canonicalUuid(text);
  if (!uuid) throw new ValueFault("operation_id must be a UUID");
  return uuid;
});

export const retainBody = object({
  items: list(itemSchema),
  async: withDefault(boolean(), false),
  document_tags: withDefault(nullable(list(string())), null),
  operation_id: withDefault(nullable(operationId), null),
});

const text = withDefault(nullable(string()), null);
const listQuery = {
  type: text,
  q: text,
  consolidation_state: text,
  state: text,
  document_id: text,
  entity_id: text,
  tags: repeated(withDefault(list(string()), [])),
  tags_match: withDefault(literal(TAGS_MATCH), "any"),
  time_field: withDefault(
    nullable(literal(["created_at", "updated_at", "mentioned_at", "occurred_start", "occurred_end"])),
    null,
  ),
  start_date: text,
  end_date: text,
  ...page({ limit: 100 }),
};

/** Storing memories, listing them, and clearing them. */
export function memoryRoutes(engine: Engine): Route[] {
  return [
    route({
      name: "retain_memories",
      method: "POST",
      path: PATH,
      body: retainBody,
      anyText: true,
      // There is nothing to store, so nobody asks who is sending it.
      open: ({ body }) => body.items.length === 0,
      answer: retainedAnswer,
      handle: (call) => {
        if (call.body.items.some(({ strategy }) => holdsLoneSurrogates(strategy))) {
          throw new HttpError(400, "A strategy's name holds half of a surrogate pair, which is no character");
        }
        return call.body.async ? retainLater(engine, call) : retainNow(engine, call);
      },
    }),
    route({
      name: "clear_bank_memories",
      method: "DELETE",
      path: PATH,
      query: { type: text },
      answer: deletionAnswer,
      handle: async ({ address, query }) => {
        const deleted = await clearMemories(engine.context, address, query.type);
        return { success: true, message: `${deleted} memories were deleted`, deleted_count: deleted };
      },
    }),
    route({
      name: "list_memories",
      method: "GET",
      path: `${PATH}/list`,
      query: listQuery,
      check: ({ query }) => ({
        from: dateParameter(query.start_date, "start_date"),
        until: dateParameter(query.end_date, "end_date"),
      }),
      missing: true,
      answer: memoryListAnswer,
      handle: async ({ address, query }, period) => {
        const { limit, offset } = query;
        const { total, units } = await listMemories(engine.context, address, {
          type: query.type,
          text: query.q,
          state: query.state,
          consolidationState: query.consolidation_state,
          documentId: query.document_id,
          entityId: query.entity_id === null ? null : (canonicalUuid(query.entity_id) ?? "invalid"),
          tags: query.tags,
          tagsMatch: query.tags_match,
          timeColumn: query.time_field,
          ...period,
          limit,
          offset,
        });
        const attachments = await unitAttachments(
          engine.context,
          address,
          units.map(({ unitId }) => unitId),
        );
        const items = units.map((unit) => ({
          ...toListItem(unit),
          ...shown(toAttachments(address.bankId, attachments.get(unit.unitId))),
        }));
        return { items, total, limit, offset };
      },
    }),
  ];
}

type RetainCall = Call<unknown, Infer<typeof retainBody>>;

async function retainNow(engine: Engine, { address, body, signal }: RetainCall) {
  const items = await receiveItems(engine.context, address, body.items.map(toReceivedItem));
  const usage = await engine.retain(address, withTags(items, body.document_tags ?? []), signal);
  return { ...answer(address.bankId, body), usage: toUsage(usage) };
}

async function retainLater({ context }: Engine, { address, body }: RetainCall) {
  const items = await receiveItems(context, address, body.items.map(toReceivedItem));
  const submitted = await submitRetain(context, address, items, {
    operationId: body.operation_id ?? undefined,
    documentTags: body.document_tags ?? [],
  });
  const { operationIds } = submitted;
  return {
    ...answer(address.bankId, body),
    items_count: submitted.itemsCount,
    operation_id: operationIds[0] ?? null,
    operation_ids: operationIds.length > 1 ? operationIds : null,
  };
}

function answer(bankId: string, { items, async }: Infer<typeof retainBody>) {
  return {
    success: true,
    bank_id: bankId,
    items_count: items.length,
    async,
    operation_id: null,
    operation_ids: null,
    usage: null,
  };
}
