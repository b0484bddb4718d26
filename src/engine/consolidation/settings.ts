import type { RecallSettings } from "../recall/settings.ts";
import type { ScopeRules } from "./strategies/scope-rules.ts";

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
