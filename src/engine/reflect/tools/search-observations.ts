import { countUnconsolidated } from "../../../store/pending-facts.ts";
import { recall } from "../../recall/recall.ts";
import { readQuery, readTokens } from "./arguments.ts";
import { rawMemory, showMemories } from "./memory-forms.ts";
import { argumentsSchema, type ReflectTool } from "./tool.ts";

/** From this many facts on that no observation takes account of yet, the observations are stale. */
const STALE_FROM = 10;

const NO_LIMIT = -1;

/** Searches the observations: what the facts add up to. */
export const searchObservationsTool: ReflectTool = {
  isSearch: true,
  definition: {
    name: "search_observations",
    description:
      "Search observations: summaries of what many facts add up to. `freshness` says whether newer facts are not in them yet; then recall the facts as well.",
    parameters: argumentsSchema(
      {
        query: { type: "string", description: "Words or a question to search for." },
        max_tokens: { type: "integer", description: "How much may be returned, in tokens." },
      },
      ["query"],
    ),
  },
  async run({ context, address, bankKey, request, tags, settings, aliases, signal }, args, most) {
    const query = readQuery(args);
    const maxTokens = readTokens(args, "max_tokens", { fallback: settings.observationsMaxTokens, most });
    const answer = await recall(
      context,
      address,
      {
        query,
        types: ["observation"],
        budget: request.budget,
        maxTokens,
        includeEntities: settings.observationsIncludeEntities,
        tagsMatch: "any",
        writes: request.writes,
        ...(tags && { tagGroups: [tags] }),
        minScores: {},
        ...(settings.sourceFactsMaxTokens >= 0 && {
          includeSourceFacts: {
            maxTokens: settings.sourceFactsMaxTokens || NO_LIMIT,
            maxTokensPerObservation: NO_LIMIT,
          },
        }),
      },
      { settings: settings.recall, signal },
    );
    const sources = answer.sourceFacts?.facts ?? [];
    const pending = await countUnconsolidated(context.database, bankKey, STALE_FROM);
    const freshness = {
      is_stale: pending > 0,
      freshness: pending === 0 ? "up_to_date" : pending < STALE_FROM ? "slightly_stale" : "stale",
    };
    return {
      raw: {
        query,
        count: answer.results.length,
        observations: answer.results.map(rawMemory),
        source_facts: Object.fromEntries(sources.map((fact) => [fact.id, rawMemory(fact)])),
        ...freshness,
      },
      found: { kind: "observations", ids: answer.results.map(({ id }) => id) },
      show() {
        const { fresh, alreadyShown } = showMemories(answer.results, "o", aliases);
        const behind = showMemories(sources, "f", aliases);
        const known = {
          ...(alreadyShown.length > 0 && { observations: alreadyShown }),
          ...(behind.alreadyShown.length > 0 && { source_facts: behind.alreadyShown }),
        };
        return {
          query,
          observations: fresh,
          ...(behind.fresh.length > 0 && {
            source_facts: Object.fromEntries(behind.fresh.map((fact) => [fact.id, fact])),
          }),
          ...freshness,
          ...(Object.keys(known).length > 0 && { already_shown: known }),
        };
      },
    };
  },
};
