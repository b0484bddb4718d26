import { deleteWaitingBefore } from "../../store/attachments.ts";
import { keepBank } from "../../store/banks.ts";
import { announceOperations } from "../../store/operation-queue.ts";
import { deleteEndedBefore, listStrandedParents, recoverOperations } from "../../store/operation-recovery.ts";
import { unmovedNow } from "../clock.ts";
import type { EngineContext } from "../context.ts";
import { failStrandedParent, settleParent } from "./parents.ts";

const DAY_MS = 86_400_000;
const ATTACHMENTS_WAIT_MS = 7 * DAY_MS;
const DELETED_AT_ONCE = 10_000;

/**
 * Takes back the operations of workers that are gone, and of `idle` ones, which are this server's own former sessions.
 * A claim belongs to a live session of the database: what another server executes is left alone.
 */
export async function takeBackOperations(context: EngineContext, idle: readonly number[]): Promise<void> {
  const { database, clock, settings, logger } = context;
  const now = unmovedNow(clock);
  const count = await database.transaction(async (tx) => {
    const rows = await recoverOperations(tx, idle, settings.worker.maxRetries, now);
    for (const sandboxId of new Set(rows.map((row) => row.sandboxId))) {
      await announceOperations(tx, sandboxId);
    }
    return rows.length;
  });
  if (count === 0) return;
  logger.log("info", "took back operations", { count });
  await settleStrandedParents(context);
}

/** Gives parents that wait for nobody the outcome of their children; one without any has failed. */
export async function settleStrandedParents({ database, clock }: EngineContext): Promise<void> {
  for (const { bankKey, sandboxId, operationId, childless } of await listStrandedParents(database)) {
    const now = clock.within(sandboxId, () => clock.now());
    await database.transaction(async (tx) => {
      await keepBank(tx, bankKey);
      if (childless) await failStrandedParent(tx, bankKey, operationId, now);
      else await settleParent(tx, bankKey, operationId, now);
      await announceOperations(tx, sandboxId);
    });
  }
}

/** Deletes what has been kept for long enough: of a sandbox, by its clock, or of all. */
export async function deleteOld(context: EngineContext, sandboxId: string | null = null): Promise<void> {
  const { clock, testMode } = context;
  // Where clocks stand still, each by itself, what was done grows old in one sandbox at a time: when its clock is moved.
  if (testMode && sandboxId === null) return;
  const now = sandboxId === null ? clock.now() : clock.within(sandboxId, () => clock.now());
  await deleteOldOperations(context, sandboxId, now);
  // Attachments of retains that failed wait for their document, in case it is sent again, but not for ever.
  await deleteWaitingBefore(context.database, new Date(now.getTime() - ATTACHMENTS_WAIT_MS), sandboxId);
}

/** Deletes operations that ended longer ago than they are to be kept. */
async function deleteOldOperations(
  { database, settings }: EngineContext,
  sandboxId: string | null,
  now: Date,
): Promise<void> {
  const { retentionDays } = settings.worker;
  if (retentionDays === 0) return;
  const before = new Date(now.getTime() - retentionDays * DAY_MS);
  const portion = { sandboxId, limit: DELETED_AT_ONCE };
  while ((await deleteEndedBefore(database, before, portion)) === DELETED_AT_ONCE);
}
