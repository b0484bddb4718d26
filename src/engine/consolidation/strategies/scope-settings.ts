import { isJsonObject } from "../../../json-object.ts";
import type { Queryable } from "../../../store/database.ts";
import { countObservationsUnder } from "../../../store/observations.ts";
import type { ResolvedConfig } from "../../banks/resolve-config.ts";
import { isInt, isTextList } from "../../banks/rules/check.ts";
import { type ScopeRule, scopeRule } from "./scope-rule.ts";
import { readStrategies, winnerOf } from "./strategies.ts";

/** What holds for the observations of one scope. */
export interface ScopeSettings {
  /** What the bank's observations are to be about, in the user's words; null: nothing of its own. */
  mission: string | null;
  /** How many observations there may be; null: any number. */
  cap: number | null;
  /** What the sources of all observations that are shown may take, in tokens; less than 0: anything. */
  sourceFactsMaxTokens: number;
  sourceFactsMaxTokensPerObservation: number;
}

/** What a bank's configuration says of each scope: the strategy that claims it, over the bank's own values. */
export function scopeSettings(config: ResolvedConfig): (scope: readonly string[]) => ScopeSettings {
  const strategies = readStrategies(config.consolidation_strategies);
  const limits = readLimits(config.observation_scope_limits);
  const mission = config.observations_mission;
  const ofBank = {
    mission: typeof mission === "string" && mission.trim() ? mission : null,
    sourceFactsMaxTokens: Number(config.consolidation_source_facts_max_tokens),
    sourceFactsMaxTokensPerObservation: Number(config.consolidation_source_facts_max_tokens_per_observation),
  };
  return (scope) => {
    const own = strategies[winnerOf(strategies, scope)]?.settings;
    const limit =
      own?.maxObservations ??
      limits.find(({ rule }) => rule(scope))?.limit ??
      Number(config.max_observations_per_scope);
    return {
      mission: own?.mission ?? ofBank.mission,
      // The untagged scope is all that nobody has put in order: it has no cap.
      cap: scope.length > 0 && limit >= 0 ? limit : null,
      sourceFactsMaxTokens: own?.sourceFactsMaxTokens ?? ofBank.sourceFactsMaxTokens,
      sourceFactsMaxTokensPerObservation:
        own?.sourceFactsMaxTokensPerObservation ?? ofBank.sourceFactsMaxTokensPerObservation,
    };
  };
}

/** How many observations may still be made in a scope, which those under it with more tags count for too; null: any number. */
export async function freeSlots(
  db: Queryable,
  bankKey: string,
  scope: readonly string[],
  cap: number | null,
): Promise<number | null> {
  if (cap === null) return null;
  return Math.max(0, cap - (await countObservationsUnder(db, bankKey, scope)));
}

/** `observation_scope_limits`: caps of scopes whose tags are exactly those that the patterns match. */
function readLimits(value: unknown): { rule: ScopeRule; limit: number }[] {
  return (Array.isArray(value) ? value : []).filter(isJsonObject).flatMap(({ scope, limit }) => {
    const rule = isTextList(scope) && scopeRule({ tags: scope, tagsMatch: "exact" });
    return rule && isInt(limit) ? [{ rule, limit }] : [];
  });
}
