import type { Budget } from "../types.ts";

/** A bank's settings of recall, resolved from its configuration. */
export interface RecallSettings {
  /** `enable_text_search` (true): whether the keyword arm searches. */
  enableTextSearch: boolean;
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

export const DEFAULT_RECALL_SETTINGS: RecallSettings = {
  enableTextSearch: true,
  budgetFunction: "fixed",
  budgetFixed: { low: 100, mid: 300, high: 1000 },
  budgetAdaptive: { low: 0.025, mid: 0.075, high: 0.25 },
  budgetMin: 20,
  budgetMax: 2000,
};
