import type { MentalModelRow } from "../../store/mental-models.ts";
import { EngineError } from "../errors.ts";
import type { MentalModelTrigger } from "./trigger.ts";

/** A mental model that has a question to be refreshed by. */
export type RefreshableModel = MentalModelRow & { sourceQuery: string };

/** @throws EngineError `invalid_value` for one that was made of its content alone. */
export function requireQuery(model: MentalModelRow): RefreshableModel {
  const { sourceQuery } = model;
  if (sourceQuery !== null) return { ...model, sourceQuery };
  throw new EngineError(
    "invalid_value",
    `Mental model '${model.mentalModelId}' was made of its content, and has no source_query to be refreshed by; give it one first.`,
  );
}

/** @throws EngineError `invalid_value` for one that is to refresh itself and has nothing to do that by. */
export function checkTrigger(sourceQuery: string | null, trigger: MentalModelTrigger): void {
  const { refresh_after_consolidation: follows, refresh_cron: cron, full_refresh_cron: fullCron } = trigger;
  if (sourceQuery !== null || !(follows || cron || fullCron)) return;
  throw new EngineError(
    "invalid_value",
    "A mental model that refreshes itself needs a source_query to do that by; this one was made of its content alone.",
  );
}
