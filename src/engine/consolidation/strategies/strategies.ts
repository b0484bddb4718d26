import { isJsonObject } from "../../../json-object.ts";
import { isInt, isTextList } from "../../value-checks.ts";
import { compilePattern, type ScopeMatcher, type ScopePattern } from "./scope-pattern.ts";

/** What a strategy says of the observations in its scopes; what is null is the bank's business. */
interface StrategySettings {
  mission: string | null;
  maxObservations: number | null;
  sourceFactsMaxTokens: number | null;
  sourceFactsMaxTokensPerObservation: number | null;
}

/** An entry of `consolidation_strategies`, as it was written. */
export interface StrategyEntry extends StrategySettings {
  scopes: readonly ScopePattern[];
}

/** Settings for some scopes of a bank. */
export interface Strategy {
  settings: StrategySettings;
  /** One for each pattern; undefined where that is not finished. */
  rules: readonly (ScopeMatcher | undefined)[];
  /** Whether it can win a scope: it has a finished rule, and says something. */
  isActive: boolean;
}

export function toStrategy({ scopes, mission, ...numbers }: StrategyEntry): Strategy {
  const settings = { ...numbers, mission: mission?.trim() ? mission : null };
  const rules = scopes.map(compilePattern);
  const isActive = rules.some(Boolean) && Object.values(settings).some((value) => value !== null);
  return { settings, rules, isActive };
}

/** Which strategy applies to a scope: the first that claims it, whole. -1: none does. */
export function winnerOf(strategies: readonly Strategy[], scope: readonly string[]): number {
  return strategies.findIndex(({ isActive, rules }) => isActive && rules.some((rule) => rule?.(scope)));
}

/** A bank's `consolidation_strategies`. Numbers that were stored as text say nothing. */
export function readStrategies(value: unknown): Strategy[] {
  return (Array.isArray(value) ? value : []).filter(isJsonObject).map((entry) =>
    toStrategy({
      scopes: (Array.isArray(entry.scopes) ? entry.scopes : []).map(readPattern),
      mission: typeof entry.observations_mission === "string" ? entry.observations_mission : null,
      maxObservations: integerOrNull(entry.max_observations_per_scope),
      sourceFactsMaxTokens: integerOrNull(entry.consolidation_source_facts_max_tokens),
      sourceFactsMaxTokensPerObservation: integerOrNull(
        entry.consolidation_source_facts_max_tokens_per_observation,
      ),
    }),
  );
}

function integerOrNull(value: unknown): number | null {
  return isInt(value) ? value : null;
}

function readPattern(value: unknown): ScopePattern {
  const { tags, tags_match: match } = isJsonObject(value) ? value : {};
  return { tags: isTextList(tags) ? tags : [], tagsMatch: match === "exact" ? "exact" : "all" };
}
