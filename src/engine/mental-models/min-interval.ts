import { findBankByKey } from "../../store/banks.ts";
import { findMentalModel } from "../../store/mental-models.ts";
import type { ClaimedOperation } from "../../store/operation-claims.ts";
import { resolveConfig } from "../banks/resolve-config.ts";
import type { EngineContext } from "../context.ts";
import { storedTrigger } from "./trigger.ts";

/** A refresh that nobody asked for came too soon after the last one: it waits, and takes along what comes meanwhile. */
class TooSoonError extends Error {
  readonly retryAfterMs: number;

  constructor(id: string, seconds: number, retryAfterMs: number) {
    super(`Mental model '${id}' is refreshed at most every ${seconds} s`);
    this.name = "TooSoonError";
    this.retryAfterMs = retryAfterMs;
  }
}

/** Puts an automatic refresh off until the interval since the last one is over. @throws TooSoonError */
export async function keepMinInterval(
  { database, clock, bankDefaults }: EngineContext,
  { bankKey, taskPayload }: ClaimedOperation,
): Promise<void> {
  const { _automatic: automatic, mental_model_id: id } = taskPayload;
  if (automatic !== true || typeof id !== "string") return;
  const [bank, model] = await Promise.all([
    findBankByKey(database, bankKey),
    findMentalModel(database, bankKey, id),
  ]);
  if (!bank || !model) return;
  const { mental_model_min_refresh_interval_seconds: ofBank } = resolveConfig(bankDefaults, bank.config);
  const seconds = storedTrigger(model.trigger).min_refresh_interval_seconds ?? Number(ofBank);
  const left = model.lastRefreshedAt.getTime() + seconds * 1_000 - clock.now().getTime();
  if (seconds > 0 && left > 0) throw new TooSoonError(id, seconds, left);
}
