import { numberOr } from "../banks/config-values.ts";
import type { ResolvedConfig } from "../banks/resolve-config.ts";
import { type RecallSettings, recallSettings } from "../recall/settings.ts";
import { type ScopeRules, scopeRules } from "./strategies/scope-rules.ts";

const DEFAULT_BATCH_SIZE = 8;

/** A bank's settings of consolidation, resolved from its configuration. */
export interface ConsolidationSettings {
  /** `enable_observations` (true). */
  enabled: boolean;
  /** `enable_auto_consolidation` (true): whether writes are followed by a consolidation. */
  automatic: boolean;
  /** `consolidation_llm_batch_size` (8): facts in one call. */
  batchSize: number;
  /** `consolidation_llm_parallelism` (4): groups of facts that are worked on at once. */
  parallelism: number;
  /** `consolidation_max_memories_per_round` (100): facts that one operation takes up; 0: all. */
  maxPerRound: number;
  /** Of the search for what is known already. */
  recall: RecallSettings;
  /** What holds for the observations of a scope. */
  rulesOf(scope: readonly string[]): ScopeRules;
}

/** What a consolidation reads of a bank's configuration. */
export function consolidationSettings(config: ResolvedConfig): ConsolidationSettings {
  return {
    enabled: config.enable_observations === true,
    automatic: config.enable_auto_consolidation === true,
    batchSize: Math.max(1, numberOr(config.consolidation_llm_batch_size, DEFAULT_BATCH_SIZE)),
    parallelism: Math.max(1, numberOr(config.consolidation_llm_parallelism, 1)),
    maxPerRound: Math.max(0, numberOr(config.consolidation_max_memories_per_round, 0)),
    recall: recallSettings(config),
    rulesOf: scopeRules(config),
  };
}
