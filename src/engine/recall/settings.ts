import type { ResolvedConfig } from "../banks/resolve-config.ts";
import type { Budget } from "../types.ts";

/** A bank's settings of recall, resolved from its configuration. */
export interface RecallSettings {
  /** `enable_text_search`, `enable_graph_retrieval`, `enable_temporal_retrieval` (true): whether these arms search. */
  enableTextSearch: boolean;
  enableGraphRetrieval: boolean;
  enableTemporalRetrieval: boolean;
  /** `enable_reranking` (true): whether the server's reranker scores the candidates. */
  enableReranking: boolean;
  /** `recall_prefer_observations` (false), where a request does not say. */
  preferObservations: boolean;
  /** `recall_budget_function` (`fixed`). */
  budgetFunction: "fixed" | "adaptive";
  /** `recall_budget_fixed_low`, `_mid`, `_high` (100, 300, 1000). */
  budgetFixed: Record<Budget, number>;
  /** `recall_budget_adaptive_low`, `_mid`, `_high` (0.025, 0.075, 0.25): shares of the request's max_tokens. */
  budgetAdaptive: Record<Budget, number>;
  /** `recall_budget_min` and `recall_budget_max` (20, 2000): the bounds of an adaptive breadth. */
  budgetMin: number;
  budgetMax: number;
}

/** What a recall reads of a bank's configuration. */
export function recallSettings(config: ResolvedConfig): RecallSettings {
  return {
    enableTextSearch: config.enable_text_search === true,
    enableGraphRetrieval: config.enable_graph_retrieval === true,
    enableTemporalRetrieval: config.enable_temporal_retrieval === true,
    enableReranking: config.enable_reranking === true,
    preferObservations: config.recall_prefer_observations === true,
    budgetFunction: String(config.recall_budget_function).toLowerCase() === "adaptive" ? "adaptive" : "fixed",
    budgetFixed: {
      low: Number(config.recall_budget_fixed_low),
      mid: Number(config.recall_budget_fixed_mid),
      high: Number(config.recall_budget_fixed_high),
    },
    budgetAdaptive: {
      low: Number(config.recall_budget_adaptive_low),
      mid: Number(config.recall_budget_adaptive_mid),
      high: Number(config.recall_budget_adaptive_high),
    },
    budgetMin: Number(config.recall_budget_min),
    budgetMax: Number(config.recall_budget_max),
  };
}
