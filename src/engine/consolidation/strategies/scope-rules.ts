import { isJsonObject } from "../../../json-object.ts";
import type { ResolvedConfig } from "../../banks/resolve-config.ts";
import { isInt, isTextList } from "../../value-checks.ts";
import { compilePattern, type ScopeMatcher } from "./scope-pattern.ts";
import { readStrategies, winnerOf } from "./strategies.ts";

/** What holds for the observations of one scope. */
export interface ScopeRules {
  /** What observations are to be about, in the user's words; null: anything notable. */
  mission: string | null;
  /** How many observations may carry the scope's tags; null: any number. */
  maxObservations: number | null;
  /** Tokens of the sources that are shown beside known observations: of all together, and of each. */
  sourceFactsMaxTokens: number;
  sourceFactsMaxTokensPerObservation: number;
}

/** The rules of a bank, by scope: those of the strategy that claims it, and the bank's own where that says nothing. */
export function scopeRules(config: ResolvedConfig): (scope: readonly string[]) => ScopeRules {
  const strategies = readStrategies(config.consolidation_strategies);
  const limits = readLimits(config.observation_scope_limits);
  const mission = typeof config.observations_mission === "string" ? config.observations_mission : null;
  return (scope) => {
    const own = strategies[winnerOf(strategies, scope)]?.settings;
    const limit =
      own?.maxObservations ??
      limits.find(({ matches }) => matches(scope))?.limit ??
      Number(config.max_observations_per_scope);
    return {
      mission: own?.mission ?? (mission?.trim() ? mission : null),
      maxObservations: scope.length === 0 || limit < 0 ? null : limit,
      sourceFactsMaxTokens: own?.sourceFactsMaxTokens ?? Number(config.consolidation_source_facts_max_tokens),
      sourceFactsMaxTokensPerObservation:
        own?.sourceFactsMaxTokensPerObservation ??
        Number(config.consolidation_source_facts_max_tokens_per_observation),
    };
  };
}

/** `observation_scope_limits`: caps of scopes whose tags are exactly those that the patterns match. */
function readLimits(value: unknown): { matches: ScopeMatcher; limit: number }[] {
  return (Array.isArray(value) ? value : []).filter(isJsonObject).flatMap(({ scope, limit }) => {
    const matches = isTextList(scope) && compilePattern({ tags: scope, tagsMatch: "exact" });
    return matches && isInt(limit) ? [{ matches, limit }] : [];
  });
}
