import {
  changeDirective,
  createDirective,
  deleteDirective,
  listDirectives,
  readDirective,
} from "../../engine/directives/directives.ts";
import type { Engine } from "../../engine/engine.ts";
import { type Route, route, type Sent } from "../route.ts";
import { parseUuid } from "../uuid.ts";
import { list, object, orNull, withDefault } from "../validation/composites.ts";
import { repeated } from "../validation/query.ts";
import { boolean, integer, literal, string } from "../validation/scalars.ts";
import { directiveAnswer, directiveDeletionAnswer, directiveListAnswer } from "../wire/answers/directive.ts";
import { toDirective } from "../wire/directive.ts";
import { page } from "./page.ts";

const LIST = "/v1/default/banks/:bank_id/directives";
const ONE = `${LIST}/:directive_id`;

export const directiveBody = object({
  name: string(),
  content: string(),
  priority: withDefault(integer(), 0),
  is_active: withDefault(boolean(), true),
  tags: withDefault(list(string()), []),
});

export const directiveChangeBody = object({
  name: orNull(string()),
  content: orNull(string()),
  priority: orNull(integer()),
  is_active: orNull(boolean()),
  tags: orNull(list(string())),
});

/** The rules that a bank's answers follow. */
export function directiveRoutes({ context }: Engine): Route[] {
  return [
    route({
      name: "list_directives",
      method: "GET",
      path: LIST,
      query: {
        tags: repeated(withDefault(list(string()), [])),
        tags_match: withDefault(literal(["any", "all", "exact"]), "any"),
        active_only: withDefault(boolean(), true),
        ...page({ limit: 100, minLimit: 1, maxLimit: 1000 }),
      },
      missing: true,
      answer: directiveListAnswer,
      handle: async ({ address, query: { tags, tags_match: match, active_only: activeOnly, ...page } }) => {
        const filter = { tags, match, activeOnly, ...page };
        const { total, directives } = await listDirectives(context, address, filter);
        return { items: directives.map((row) => toDirective(address.bankId, row)), total, ...page };
      },
    }),
    route({
      name: "create_directive",
      method: "POST",
      path: LIST,
      body: directiveBody,
      answer: directiveAnswer,
      handle: async ({ address, body: { is_active: isActive, ...rest } }) =>
        toDirective(address.bankId, await createDirective(context, address, { ...rest, isActive })),
    }),
    route({
      name: "get_directive",
      method: "GET",
      path: ONE,
      answer: directiveAnswer,
      handle: async (call) =>
        toDirective(call.address.bankId, await readDirective(context, call.address, directiveId(call))),
    }),
    route({
      name: "update_directive",
      method: "PATCH",
      path: ONE,
      body: directiveChangeBody,
      answer: directiveAnswer,
      handle: async (call) => {
        const { is_active: isActive, ...rest } = call.body;
        const change = { ...rest, isActive };
        return toDirective(
          call.address.bankId,
          await changeDirective(context, call.address, directiveId(call), change),
        );
      },
    }),
    route({
      name: "delete_directive",
      method: "DELETE",
      path: ONE,
      answer: directiveDeletionAnswer,
      handle: async (call) => {
        await deleteDirective(context, call.address, directiveId(call));
        return { status: "deleted" as const };
      },
    }),
  ];
}

function directiveId(sent: Pick<Sent<unknown, unknown>, "parameter">): string {
  return parseUuid(sent.parameter("directive_id"), "directive_id");
}
