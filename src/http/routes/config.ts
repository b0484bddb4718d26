import {
  type BankConfig,
  bankConfig,
  requireBank,
  resetConfig,
  writeBank,
} from "../../engine/banks/banks.ts";
import type { Engine } from "../../engine/engine.ts";
import { HttpError } from "../http-error.ts";
import { type Route, route } from "../route.ts";
import { dict, object } from "../validation/composites.ts";
import { anything } from "../validation/schema.ts";
import { bankConfigAnswer } from "../wire/answers/bank.ts";

const PATH = "/v1/default/banks/:bank_id/config";

export const configBody = object({ updates: dict(anything) });

/** A bank's configuration. */
export function configRoutes({ context }: Engine): Route[] {
  const writable = () => {
    if (!context.settings.features.bankConfigApi) {
      throw new HttpError(404, "The bank configuration API is switched off");
    }
  };
  return [
    route({
      name: "get_bank_config",
      method: "GET",
      path: PATH,
      missing: true,
      answer: bankConfigAnswer,
      handle: async ({ address }) => toAnswer(bankConfig(context, await requireBank(context, address))),
    }),
    route({
      name: "update_bank_config",
      method: "PATCH",
      path: PATH,
      body: configBody,
      check: writable,
      answer: bankConfigAnswer,
      handle: async ({ address, body }) =>
        toAnswer(bankConfig(context, await writeBank(context, address, { config: body.updates }))),
    }),
    route({
      name: "reset_bank_config",
      method: "DELETE",
      path: PATH,
      check: writable,
      answer: bankConfigAnswer,
      handle: async ({ address }) => toAnswer(await resetConfig(context, address)),
    }),
  ];
}

function toAnswer({ bankId, config, overrides }: BankConfig) {
  return { bank_id: bankId, config, overrides };
}
