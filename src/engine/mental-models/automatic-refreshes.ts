import {
  listFollowingModels,
  listScheduledModels,
  type ScheduledModel,
} from "../../store/automatic-refreshes.ts";
import { type BankRow, findBankByKey, lockBank } from "../../store/banks.ts";
import type { Queryable } from "../../store/database.ts";
import { findMentalModel } from "../../store/mental-models.ts";
import type { EngineContext } from "../context.ts";
import { lastFire } from "../cron.ts";
import { queueRefresh } from "../queue/refresh.ts";
import { listOutOfDate, listStale, listUngrounded } from "./staleness.ts";

/**
 * Queues a refresh of the mental models that follow the bank's consolidations and have something new to read, or rest on a
 * memory that is gone, whatever its tags were; in the transaction that ends the consolidation.
 * @param tags of the memories that were consolidated; none: all of them were untagged.
 */
export async function refreshAfterConsolidation(
  { clock, reflectLlm }: EngineContext,
  tx: Queryable,
  bank: BankRow,
  tags: readonly string[],
): Promise<void> {
  if (reflectLlm === null) return;
  await lockBank(tx, bank.bankKey);
  const models = await listFollowingModels(tx, bank.bankKey, tags);
  const stale = await listStale(
    tx,
    bank.bankKey,
    models.filter(({ isConcerned }) => isConcerned),
  );
  const ungrounded = await listUngrounded(tx, bank.bankKey, models);
  for (const { mentalModelId: id, name } of models) {
    if (stale.has(id) || ungrounded.has(id))
      await queueRefresh(tx, bank, { id, name }, { now: clock.now(), automatic: true });
  }
}

/** Queues a refresh of the mental models whose schedule has come round since the last one, of all sandboxes or of one. */
export async function refreshScheduled(context: EngineContext, sandboxId: string | null): Promise<void> {
  const { clock, database } = context;
  for (const model of await listScheduledModels(database, sandboxId)) {
    await clock.within(model.sandboxId, async () => {
      const due = whatIsDue(model, clock.now());
      if (due) await queueScheduled(context, model, due);
    });
  }
}

type Due = "if stale" | "full";

/** A full refresh is due when a refresh of another kind came after the last one; it takes the other along. */
function whatIsDue(model: ScheduledModel, now: Date): Due | undefined {
  const { refreshCron, fullRefreshCron, lastRefreshedAt, lastFullRefreshedAt } = model;
  const changed = !lastFullRefreshedAt || lastRefreshedAt > lastFullRefreshedAt;
  if (changed && firedSince(fullRefreshCron, lastFullRefreshedAt, now)) return "full";
  return firedSince(refreshCron, lastRefreshedAt, now) ? "if stale" : undefined;
}

function firedSince(cron: string | null, last: Date | null, now: Date): boolean {
  const fired = cron === null ? undefined : lastFire(cron, now);
  return fired !== undefined && (last === null || fired > last);
}

function queueScheduled(
  { database, clock, reflectLlm }: EngineContext,
  { bankKey, mentalModelId: id, lastRefreshedAt }: ScheduledModel,
  due: Due,
): Promise<void> {
  return database.transaction(async (tx) => {
    await lockBank(tx, bankKey);
    const bank = await findBankByKey(tx, bankKey);
    const model = bank && (await findMentalModel(tx, bankKey, id));
    // Another server may have seen to it meanwhile.
    if (!model || model.lastRefreshedAt.getTime() !== lastRefreshedAt.getTime() || reflectLlm === null)
      return;
    if (due === "if stale" && (await listOutOfDate(tx, bankKey, [model])).size === 0) return;
    const mode = due === "full" ? due : undefined;
    await queueRefresh(tx, bank, { id, name: model.name }, { now: clock.now(), mode, automatic: true });
  });
}
