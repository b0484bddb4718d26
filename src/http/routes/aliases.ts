import {
  addAlias,
  type BankAliases,
  bankAliases,
  changeAlias,
  removeAlias,
} from "../../engine/banks/aliases.ts";
import type { Engine } from "../../engine/engine.ts";
import { type Route, route } from "../route.ts";
import { object, withDefault } from "../validation/composites.ts";
import { boolean, string } from "../validation/scalars.ts";
import { bankAliasesAnswer } from "../wire/answers/bank.ts";

const LIST = "/v1/default/banks/:bank_id/aliases";
const ONE = `${LIST}/:alias`;

/** A bank's further ids. Each route answers with all of them. */
export function aliasRoutes({ context }: Engine): Route[] {
  return [
    route({
      name: "list_bank_aliases",
      method: "GET",
      path: LIST,
      answer: bankAliasesAnswer,
      handle: async ({ address }) => toAnswer(await bankAliases(context, address)),
    }),
    route({
      name: "create_bank_alias",
      method: "POST",
      path: LIST,
      status: 201,
      body: object({ alias: string(), primary: withDefault(boolean(), false) }),
      answer: bankAliasesAnswer,
      handle: async ({ address, body }) => toAnswer(await addAlias(context, address, body)),
    }),
    route({
      name: "set_bank_alias_primary",
      method: "PATCH",
      path: ONE,
      body: object({ primary: boolean() }),
      answer: bankAliasesAnswer,
      handle: async ({ address, body, parameter }) =>
        toAnswer(await changeAlias(context, address, { alias: parameter("alias"), ...body })),
    }),
    route({
      name: "delete_bank_alias",
      method: "DELETE",
      path: ONE,
      answer: bankAliasesAnswer,
      handle: async ({ address, parameter }) =>
        toAnswer(await removeAlias(context, address, parameter("alias"))),
    }),
  ];
}

function toAnswer({ bankId, aliases }: BankAliases) {
  return { bank_id: bankId, aliases };
}
