import type {
  HandledScope,
  ScopeGroup,
  StrategiesPreview,
} from "../../engine/consolidation/strategies/preview.ts";
import type { ScopePattern } from "../../engine/consolidation/strategies/scope-pattern.ts";
import type { StrategyEntry } from "../../engine/consolidation/strategies/strategies.ts";
import { list, object, orNull, withDefault } from "../validation/composites.ts";
import { integer, string } from "../validation/scalars.ts";
import { mapped, nullable, refine, ValueFault } from "../validation/schema.ts";

const tagsMatch = refine(nullable(string()), (word): ScopePattern["tagsMatch"] => {
  if (word === null || word === "all" || word === "exact") return word ?? "all";
  throw new ValueFault("tags_match must be 'all' or 'exact'");
});

const pattern = mapped(
  object({ tags: withDefault(list(string()), []), tags_match: withDefault(tagsMatch, "all") }),
  ({ tags, tags_match }) => ({ tags, tagsMatch: tags_match }),
);

/** An entry of `consolidation_strategies`, which may still be unfinished. */
export const strategyEntry = mapped(
  object({
    scopes: withDefault(list(pattern), []),
    observations_mission: orNull(string()),
    max_observations_per_scope: orNull(integer()),
    consolidation_source_facts_max_tokens: orNull(integer()),
    consolidation_source_facts_max_tokens_per_observation: orNull(integer()),
  }),
  (entry): StrategyEntry => ({
    scopes: entry.scopes,
    mission: entry.observations_mission,
    maxObservations: entry.max_observations_per_scope,
    sourceFactsMaxTokens: entry.consolidation_source_facts_max_tokens,
    sourceFactsMaxTokensPerObservation: entry.consolidation_source_facts_max_tokens_per_observation,
  }),
);

export function toStrategiesPreview({ strategies, rest, scopesScanned, isComplete }: StrategiesPreview) {
  return {
    strategies: strategies.map(({ isActive, claimedCount, rules }) => ({
      active: isActive,
      claimed_count: claimedCount,
      rules: rules.map((rule) => ({ ...toGroup(rule), taken_count: rule.takenCount })),
    })),
    default: toGroup(rest),
    scopes_scanned: scopesScanned,
    complete: isComplete,
  };
}

function toGroup({ matchCount, observationCount, samples }: ScopeGroup) {
  return {
    match_count: matchCount,
    observation_count: observationCount,
    samples: samples.map(toScope),
  };
}

function toScope({ tags, count, handledBy }: HandledScope) {
  return { tags, count, handled_by: handledBy };
}
