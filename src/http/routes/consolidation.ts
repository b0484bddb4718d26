import { previewStrategies } from "../../engine/consolidation/strategies/preview.ts";
import type { Engine } from "../../engine/engine.ts";
import { requestConsolidation } from "../../engine/queue/consolidation.ts";
import { type Route, route } from "../route.ts";
import { list, object, optionalBody, withDefault } from "../validation/composites.ts";
import { integer, string } from "../validation/scalars.ts";
import { nullable } from "../validation/schema.ts";
import { queuedConsolidationAnswer } from "../wire/answers/operation.ts";
import { strategiesPreviewAnswer } from "../wire/answers/strategies.ts";
import { strategyEntry, toStrategiesPreview } from "../wire/strategies.ts";

export const consolidationBody = optionalBody(
  object({ observation_scopes: withDefault(nullable(list(list(string()))), null) }),
);

const strategiesPreviewBody = object({
  strategies: list(strategyEntry),
  sample_limit: withDefault(integer({ min: 0, max: 50 }), 5),
});

/** Asking for a bank's consolidation, and what strategies would mean for it. */
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
    route({
      name: "preview_consolidation_strategies",
      method: "POST",
      path: "/v1/default/banks/:bank_id/consolidation-strategies/preview",
      body: strategiesPreviewBody,
      missing: true,
      answer: strategiesPreviewAnswer,
      handle: async ({ address, body: { strategies: entries, sample_limit: sampleLimit } }) =>
        toStrategiesPreview(await previewStrategies(context, address, { entries, sampleLimit })),
    }),
  ];
}
