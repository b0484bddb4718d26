import type { Engine } from "../../engine/engine.ts";
import {
  clearObservations,
  clearObservationsOf,
  observationScopes,
  recoverConsolidation,
} from "../../engine/observations/observations.ts";
import { type Route, route } from "../route.ts";
import { parseUuid } from "../uuid.ts";
import { deletionAnswer } from "../wire/answers/done.ts";
import {
  clearedObservationsAnswer,
  observationScopeListAnswer,
  recoveredConsolidationAnswer,
} from "../wire/answers/memory.ts";
import { page } from "./page.ts";

const BANK = "/v1/default/banks/:bank_id";

/** What follows from facts: where it is, and how it is made anew. */
export function observationRoutes({ context }: Engine): Route[] {
  return [
    route({
      name: "list_observation_scopes",
      method: "GET",
      path: `${BANK}/observations/scopes`,
      query: page({ limit: 100, maxLimit: 1000 }),
      missing: true,
      answer: observationScopeListAnswer,
      handle: async ({ address, query }) => ({
        ...(await observationScopes(context, address, query)),
        ...query,
      }),
    }),
    route({
      name: "clear_observations",
      method: "DELETE",
      path: `${BANK}/observations`,
      answer: deletionAnswer,
      handle: async ({ address }) => {
        const deleted = await clearObservations(context, address);
        return { success: true, message: `${deleted} observations were deleted`, deleted_count: deleted };
      },
    }),
    route({
      name: "clear_memory_observations",
      method: "DELETE",
      path: `${BANK}/memories/:memory_id/observations`,
      answer: clearedObservationsAnswer,
      handle: async ({ address, parameter }) => {
        const id = parseUuid(parameter("memory_id"), "memory_id");
        return { deleted_count: await clearObservationsOf(context, address, id) };
      },
    }),
    route({
      name: "recover_consolidation",
      method: "POST",
      path: `${BANK}/consolidation/recover`,
      answer: recoveredConsolidationAnswer,
      handle: async ({ address }) => ({ retried_count: await recoverConsolidation(context, address) }),
    }),
  ];
}
