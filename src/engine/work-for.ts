import { type Attribution, attributed } from "../remote/attribution.ts";
import type { Clock } from "./clock.ts";

/** Runs work that is done for a bank: "now" is its sandbox's, and calls to models are attributed to it. */
export function workFor<T>(clock: Clock, whose: Attribution, work: () => T): T {
  return clock.within(whose.sandboxId, () => attributed(whose, work));
}
