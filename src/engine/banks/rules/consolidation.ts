import {
  checkFields,
  type FieldRule,
  INT,
  listOf,
  OBJECT,
  oneOf,
  orNull,
  TEXT,
  TEXTS,
} from "../../value-checks.ts";

const SCOPE: Record<string, FieldRule> = { tags: TEXTS, tags_match: orNull(oneOf("all", "exact")) };
const STRATEGY: Record<string, FieldRule> = {
  scopes: listOf(OBJECT),
  observations_mission: orNull(TEXT),
  max_observations_per_scope: orNull(INT),
  consolidation_source_facts_max_tokens: orNull(INT),
  consolidation_source_facts_max_tokens_per_observation: orNull(INT),
};

/** `consolidation_strategies`: entries may be incomplete, but hold no unknown fields. */
export function checkConsolidationStrategies(value: unknown): string | undefined {
  if (!Array.isArray(value)) return "must be a list";
  for (const [index, strategy] of value.entries()) {
    const scopes: unknown[] = Array.isArray(strategy?.scopes) ? strategy.scopes : [];
    const fault =
      checkFields(strategy, STRATEGY) ??
      scopes.map((scope) => checkFields(scope, SCOPE)).find((found) => found !== undefined);
    if (fault) return `entry ${index} ${fault}`;
  }
  return undefined;
}
