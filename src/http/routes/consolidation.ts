import type { Engine } from "../../engine/engine.ts";
import { requestConsolidation } from "../../engine/operations/queue-consolidation.ts";
import { type Route, route } from "../route.ts";
import { list, object, optionalBody, withDefault } from "../validation/composites.ts";
import { string } from "../validation/scalars.ts";
import { nullable } from "../validation/schema.ts";
import { queuedConsolidationAnswer } from "../wire/answers/operation.ts";

export const consolidationBody = optionalBody(
  object({ observation_scopes: withDefault(nullable(list(list(string()))), null) }),
);

/** Asking for a bank's consolidation. */
export function consolidationRoutes({ context }: Engine): Route[] {
  return [
    route({
      name: "trigger_consolidation",
      method: "POST",
      path: "/v1/default/banks/:bank_id/consolidate",
      body: consolidationBody,
      answer: queuedConsolidationAnswer,
      handle: async ({ address, body: sent }) => {
        const scopes = sent?.observation_scopes ?? undefined;
        const { operationId, deduplicated } = await requestConsolidation(context, address, scopes);
        return { operation_id: operationId, deduplicated };
      },
    }),
  ];
}
