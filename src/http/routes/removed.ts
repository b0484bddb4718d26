import { HttpError } from "../http-error.ts";
import { type Route, route } from "../route.ts";
import { object, withDefault } from "../validation/composites.ts";
import { boolean, string } from "../validation/scalars.ts";
import { dispositionSchema } from "./banks.ts";

const BANK = "/v1/default/banks/:bank_id";

/** Routes that older clients know and that the contract's version has removed. A body is checked first all the same. */
export function removedRoutes(): Route[] {
  const gone = (instead: string) => {
    const refuse = (): never => {
      throw new HttpError(410, `This route was removed. ${instead}`);
    };
    return { check: refuse, handle: refuse };
  };
  const profile = gone("Use PATCH on the bank, and its config.");
  return [
    route({ method: "GET", path: `${BANK}/profile`, ...profile }),
    route({
      method: "PUT",
      path: `${BANK}/profile`,
      body: object({ disposition: dispositionSchema }),
      ...profile,
    }),
    route({
      method: "POST",
      path: `${BANK}/background`,
      body: object({ content: string(), update_disposition: withDefault(boolean(), true) }),
      ...gone("Use PATCH on the bank with a mission."),
    }),
    route({
      method: "POST",
      path: `${BANK}/entities/:entity_id/regenerate`,
      ...gone("Entities no longer carry observations of their own."),
    }),
  ];
}
