import { HttpError } from "../http-error.ts";
import { type Route, route } from "../route.ts";
import { object, withDefault } from "../validation/composites.ts";
import { boolean, string } from "../validation/scalars.ts";
import { disposition } from "../wire/answers/bank.ts";

const BANK = "/v1/default/banks/:bank_id";

const goneAnswer = object({ detail: string() });

/** Routes that older clients know and that the contract's version has removed. A body is checked first all the same. */
export function removedRoutes(): Route[] {
  const gone = (instead: string) => {
    const refuse = (): never => {
      throw new HttpError(410, `This route was removed. ${instead}`);
    };
    return { status: 410, answer: goneAnswer, check: refuse, handle: refuse };
  };
  const profile = gone("Use PATCH on the bank, and its config.");
  return [
    route({ name: "get_bank_profile", method: "GET", path: `${BANK}/profile`, ...profile }),
    route({
      name: "update_bank_disposition",
      method: "PUT",
      path: `${BANK}/profile`,
      body: object({ disposition }),
      ...profile,
    }),
    route({
      name: "add_bank_background",
      method: "POST",
      path: `${BANK}/background`,
      body: object({ content: string(), update_disposition: withDefault(boolean(), true) }),
      ...gone("Use PATCH on the bank with a mission."),
    }),
    route({
      name: "regenerate_entity_observations",
      method: "POST",
      path: `${BANK}/entities/:entity_id/regenerate`,
      ...gone("Entities no longer carry observations of their own."),
    }),
  ];
}
