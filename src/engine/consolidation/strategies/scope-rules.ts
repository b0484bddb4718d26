import type { ResolvedConfig } from "../../banks/resolve-config.ts";

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

/** The rules of a bank, by scope. */
export function scopeRules(config: ResolvedConfig): (scope: readonly string[]) => ScopeRules {
  const limit = Number(config.max_observations_per_scope);
  const mission = typeof config.observations_mission === "string" ? config.observations_mission : null;
  return (scope) => ({
    mission: mission?.trim() ? mission : null,
    maxObservations: scope.length === 0 || limit < 0 ? null : limit,
    sourceFactsMaxTokens: Number(config.consolidation_source_facts_max_tokens),
    sourceFactsMaxTokensPerObservation: Number(config.consolidation_source_facts_max_tokens_per_observation),
  });
}
