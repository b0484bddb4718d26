import { unitAttachments } from "../../engine/attachments/read.ts";
import type { EngineContext } from "../../engine/context.ts";
import type { Engine } from "../../engine/engine.ts";
import { changeMemory, type MemoryChange } from "../../engine/memories/change.ts";
import type { EditedDate, MemoryEdit } from "../../engine/memories/edit.ts";
import { type ReadMemory, readMemory, readMemoryHistory } from "../../engine/memories/read.ts";
import type { BankAddress } from "../../engine/types.ts";
import { isPlaceholder } from "../dates.ts";
import { HttpError } from "../http-error.ts";
import { parsePythonDate } from "../python-date.ts";
import { type Route, route, type Sent } from "../route.ts";
import { parseUuid } from "../uuid.ts";
import { list, object, refineObject, withDefault } from "../validation/composites.ts";
import { boolean, string } from "../validation/scalars.ts";
import { type Infer, nullable, ValueFault } from "../validation/schema.ts";
import { memoryAnswer, memoryHistoryAnswer } from "../wire/answers/memory.ts";
import { shown, toAttachments } from "../wire/attachment.ts";
import { toMemory, toMemoryChange } from "../wire/memory-details.ts";

const PATH = "/v1/default/banks/:bank_id/memories/:memory_id";

/** Told apart from null, which clears a date. */
const ABSENT = Symbol("absent");
const text = withDefault(nullable(string()), null);
const date = withDefault<string | null | typeof ABSENT, typeof ABSENT>(nullable(string()), ABSENT);

const fields = object({
  text,
  context: text,
  occurred_start: date,
  occurred_end: date,
  mentioned_at: date,
  fact_type: text,
  entities: withDefault(nullable(list(string())), null),
  resolve_entities: withDefault(boolean(), true),
  state: text,
  reason: text,
});

type ChangeBody = Infer<typeof fields>;

export const changeBody = refineObject(fields, (body) => {
  if (!isEdit(body) && body.state === null) throw new ValueFault("nothing to change was given");
  if (body.state !== null && body.state !== "valid" && body.state !== "invalidated") {
    throw new ValueFault("state must be 'valid' or 'invalidated'");
  }
  if (body.fact_type !== null && body.fact_type !== "world" && body.fact_type !== "experience") {
    throw new ValueFault("fact_type must be 'world' or 'experience'");
  }
  return body;
});

/** One memory by itself. */
export function singleMemoryRoutes({ context }: Engine): Route[] {
  return [
    route({
      name: "get_memory",
      method: "GET",
      path: PATH,
      check: memoryId,
      answer: memoryAnswer,
      handle: async ({ address }, id) => show(context, address, await readMemory(context, address, id)),
    }),
    route({
      name: "update_memory",
      method: "PATCH",
      path: PATH,
      body: changeBody,
      check: (sent) => {
        const id = memoryId(sent);
        if (sent.body.text?.trim() === "") throw new HttpError(400, "text must not be blank");
        return id;
      },
      answer: memoryAnswer,
      handle: async ({ address, body }, id) =>
        show(context, address, await changeMemory(context, address, id, toChange(body))),
    }),
    route({
      name: "get_observation_history",
      method: "GET",
      path: `${PATH}/history`,
      check: memoryId,
      answer: memoryHistoryAnswer,
      handle: async ({ address }, id) => (await readMemoryHistory(context, address, id)).map(toMemoryChange),
    }),
  ];
}

async function show(context: EngineContext, address: BankAddress, memory: ReadMemory) {
  const attachments = await unitAttachments(context, address, [memory.unitId]);
  return { ...toMemory(memory), ...shown(toAttachments(address.bankId, attachments.get(memory.unitId))) };
}

function memoryId(sent: Pick<Sent<unknown, unknown>, "parameter">): string {
  return parseUuid(sent.parameter("memory_id"), "memory_id");
}

function isEdit(body: ChangeBody): boolean {
  const { text, context, fact_type, entities, occurred_start, occurred_end, mentioned_at } = body;
  return (
    [text, context, fact_type, entities].some((value) => value !== null) ||
    [occurred_start, occurred_end, mentioned_at].some((value) => value !== ABSENT)
  );
}

function toChange(body: ChangeBody): MemoryChange {
  return {
    edit: isEdit(body) ? toEdit(body) : undefined,
    state: body.state === "valid" || body.state === "invalidated" ? body.state : undefined,
    reason: body.reason,
  };
}

function toEdit(body: ChangeBody): MemoryEdit {
  return {
    text: body.text ?? undefined,
    context: body.context ?? undefined,
    occurredStart: toDate(body.occurred_start),
    occurredEnd: toDate(body.occurred_end),
    mentionedAt: toDate(body.mentioned_at),
    factType: body.fact_type === "world" || body.fact_type === "experience" ? body.fact_type : undefined,
    entities: body.entities ?? undefined,
    resolveEntities: body.resolve_entities,
  };
}

/** What is no date is told apart once the memory is known to exist. */
function toDate(sent: string | null | typeof ABSENT): EditedDate | undefined {
  if (sent === ABSENT) return undefined;
  if (!sent) return null;
  const date = parsePythonDate(sent);
  return date && !isPlaceholder(date) ? date.instant : sent;
}
