/** What a text rests on may be gone: then what was said on its strength is taken out. */

import { countUnconsolidated } from "../../store/pending-facts.ts";
import { listMissingUnits } from "../../store/written-since.ts";
import { type BasedOnEntry, memoryEntries, readBasedOn } from "../mental-models/based-on.ts";
import type { RefreshPlan } from "./plan.ts";

export interface Retraction {
  /** What the text cites that is gone. */
  withdrawn: BasedOnEntry[];
  /** Whether nothing is left of all that it cites: its citations never were of this bank, and its text is left as it is. */
  isAll: boolean;
  /** Why it is put off; null: it is not. */
  deferredReason: string | null;
}

/** More than these are not counted. */
const COUNTED_PENDING = 10_000;

/** @returns null when all is there that the text cites. */
export async function findRetraction({ context, bank, model }: RefreshPlan): Promise<Retraction | null> {
  const { database } = context;
  const cited = memoryEntries(readBasedOn(model.reflectResponse));
  if (cited.length === 0) return null;
  const gone = new Set(
    await listMissingUnits(
      database,
      bank.bankKey,
      cited.map(({ id }) => id),
    ),
  );
  const withdrawn = cited.filter(({ id }) => gone.has(id));
  if (withdrawn.length === 0) return null;
  // A document that is retained anew has its facts back under other ids once they are consolidated.
  const pending = await countUnconsolidated(database, bank.bankKey, COUNTED_PENDING);
  return {
    withdrawn,
    isAll: withdrawn.length === cited.length,
    deferredReason: pending > 0 ? `${pending} facts are still to be consolidated` : null,
  };
}
