import { listSelfRefreshing } from "../../store/automatic-refreshes.ts";
import type { BankRow } from "../../store/banks.ts";
import type { Queryable } from "../../store/database.ts";
import { countUnconsolidated } from "../../store/pending-facts.ts";
import type { EngineContext } from "../context.ts";
import { queueRefresh } from "../queue/refresh.ts";
import { listUngrounded } from "./staleness.ts";

/**
 * Queues a refresh of the mental models that are refreshed by themselves and rest on memories that are gone, in the
 * transaction of the removal, which has locked the bank's row: nothing new comes that would tell of it. Where facts wait for
 * their consolidation, that sees to the models that follow it; the others wait for their schedule.
 */
export async function refreshAfterRemoval(
  { clock, reflectLlm }: EngineContext,
  tx: Queryable,
  bank: BankRow,
): Promise<void> {
  if (reflectLlm === null) return;
  const models = await listSelfRefreshing(tx, bank.bankKey);
  if (models.length === 0 || (await countUnconsolidated(tx, bank.bankKey, 1)) > 0) return;
  const ungrounded = await listUngrounded(tx, bank.bankKey, models);
  for (const { mentalModelId: id, name } of models) {
    if (ungrounded.has(id))
      await queueRefresh(tx, bank, { id, name }, { now: clock.now(), joinsRunning: true });
  }
}
