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
import { list, object, withDefault } from "../validation/composites.ts";
import { repeated } from "../validation/query.ts";
import { boolean, integer, literal, string } from "../validation/scalars.ts";
import { nullable, type Schema } from "../validation/schema.ts";
import { toDirective } from "../wire/directive.ts";
import { page } from "./page.ts";

const LIST = "/v1/default/banks/:bank_id/directives";
const ONE = `${LIST}/:directive_id`;

const orNull = <T>(schema: Schema<T>) => withDefault(nullable(schema), null);

/** The rules that a bank's answers follow. */
export function directiveRoutes({ context }: Engine): Route[] {
  return [
    route({
      method: "GET",
      path: LIST,
      query: {
        tags: repeated(withDefault(list(string()), [])),
        tags_match: withDefault(literal(["any", "all", "exact"]), "any"),
        active_only: withDefault(boolean(), true),
        ...page({ limit: 100, minLimit: 1, maxLimit: 1000 }),
      },
      handle: async ({ address, query: { tags, tags_match: match, active_only: activeOnly, ...page } }) => {
        const filter = { tags, match, activeOnly, ...page };
        const { total, directives } = await listDirectives(context, address, filter);
        return { items: directives.map((row) => toDirective(address.bankId, row)), total, ...page };
      },
    }),
    route({
      method: "POST",
      path: LIST,
      body: object({
        name: string(),
        content: string(),
        priority: withDefault(integer(), 0),
        is_active: withDefault(boolean(), true),
        tags: withDefault(list(string()), []),
      }),
      handle: async ({ address, body: { is_active: isActive, ...rest } }) =>
        toDirective(address.bankId, await createDirective(context, address, { ...rest, isActive })),
    }),
    route({
      method: "GET",
      path: ONE,
      check: directiveId,
      handle: async ({ address }, id) =>
        toDirective(address.bankId, await readDirective(context, address, id)),
    }),
    route({
      method: "PATCH",
      path: ONE,
      body: object({
        name: orNull(string()),
        content: orNull(string()),
        priority: orNull(integer()),
        is_active: orNull(boolean()),
        tags: orNull(list(string())),
      }),
      check: directiveId,
      handle: async ({ address, body: { is_active: isActive, ...rest } }, id) =>
        toDirective(address.bankId, await changeDirective(context, address, id, { ...rest, isActive })),
    }),
    route({
      method: "DELETE",
      path: ONE,
      check: directiveId,
      handle: async ({ address }, id) => {
        await deleteDirective(context, address, id);
        return { status: "deleted" };
      },
    }),
  ];
}

function directiveId(sent: Sent<unknown, unknown>): string {
  return parseUuid(sent.parameter("directive_id"), "directive_id");
}
