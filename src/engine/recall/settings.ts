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
