import type { Budget } from "../types.ts";
import type { RecallSettings } from "./settings.ts";

/** How many facts of each type an arm may bring (T). The list that leaves ranking is cut to twice as many. */
export function recallBreadth(budget: Budget, maxTokens: number, settings: RecallSettings): number {
  if (settings.budgetFunction === "fixed") return settings.budgetFixed[budget];
  const share = roundHalfToEven(maxTokens * settings.budgetAdaptive[budget]);
  return Math.max(settings.budgetMin, Math.min(settings.budgetMax, share));
}

function roundHalfToEven(value: number): number {
  const floor = Math.floor(value);
  if (value - floor !== 0.5) return Math.round(value);
  return floor % 2 === 0 ? floor : floor + 1;
}
