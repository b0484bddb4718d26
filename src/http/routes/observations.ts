import type { Engine } from "../../engine/engine.ts";
import {
  clearObservations,
  clearObservationsOf,
  observationScopes,
  recoverConsolidation,
} from "../../engine/observations/observations.ts";
import { type Route, route } from "../route.ts";
import { parseUuid } from "../uuid.ts";
import { page } from "./page.ts";

const BANK = "/v1/default/banks/:bank_id";

/** What follows from facts: where it is, and how it is made anew. */
export function observationRoutes({ context }: Engine): Route[] {
  return [
    route({
      method: "GET",
      path: `${BANK}/observations/scopes`,
      query: page({ limit: 100, maxLimit: 1000 }),
      handle: async ({ address, query }) => ({
        ...(await observationScopes(context, address, query)),
        ...query,
      }),
    }),
    route({
      method: "DELETE",
      path: `${BANK}/observations`,
      handle: async ({ address }) => {
        const deleted = await clearObservations(context, address);
        return { success: true, message: `${deleted} observations were deleted`, deleted_count: deleted };
      },
    }),
    route({
      method: "DELETE",
      path: `${BANK}/memories/:memory_id/observations`,
      check: ({ parameter }) => parseUuid(parameter("memory_id"), "memory_id"),
      handle: async ({ address }, id) => ({ deleted_count: await clearObservationsOf(context, address, id) }),
    }),
    route({
      method: "POST",
      path: `${BANK}/consolidation/recover`,
      handle: async ({ address }) => ({ retried_count: await recoverConsolidation(context, address) }),
    }),
  ];
}
