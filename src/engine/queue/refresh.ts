import type { BankRow } from "../../store/banks.ts";
import type { Queryable } from "../../store/database.ts";
import { announceOperations } from "../../store/operation-queue.ts";
import { insertOperations } from "../../store/operations.ts";
import { lockOpenRefresh, makeRefreshFull, releaseRefresh } from "../../store/refresh-queue.ts";
import { newOperationIds } from "./operation-ids.ts";

export interface RefreshRequest {
  now: Date;
  /** Writes all of the content, whatever the model's own mode is. */
  mode?: "full" | undefined;
  /** Nobody asked for it by itself: it also joins one that runs, and waits for the model's interval. */
  automatic?: boolean;
  /** Joins one that runs without being automatic: what it is queued for is seen by that too. */
  joinsRunning?: boolean;
}

/**
 * Queues a refresh of a mental model in the caller's transaction, which has locked the bank's row. It joins one that waits;
 * one that somebody asked for never joins one that runs: what was written since that began is not seen by it.
 * @returns the operation's id.
 */
export async function queueRefresh(
  tx: Queryable,
  bank: BankRow,
  { id, name }: { id: string; name: string },
  { now, mode, automatic = false, joinsRunning = automatic }: RefreshRequest,
): Promise<string> {
  // Also when it joins one: a worker that looked while the row was locked has to look again.
  await announceOperations(tx, bank.sandboxId);
  const serializationKey = `mental_model:${id}`;
  const open = await lockOpenRefresh(tx, bank.bankKey, serializationKey, { running: joinsRunning });
  if (open) {
    if (!automatic) await releaseRefresh(tx, bank.bankKey, open.operationId, now);
    if (mode) await makeRefreshFull(tx, bank.bankKey, open.operationId, now);
    return open.operationId;
  }
  const [operationId = ""] = await newOperationIds(tx, bank, [
    ["refresh_mental_model", id, mode ?? null, automatic],
  ]);
  const operation = {
    operationId,
    parentId: null,
    operationType: "refresh_mental_model",
    serializationKey,
    resultMetadata: { mental_model_id: id, name },
    taskPayload: {
      type: "refresh_mental_model",
      operation_id: operationId,
      bank_id: bank.bankId,
      mental_model_id: id,
      ...(automatic && { _automatic: true }),
      ...(mode && { _mode: mode }),
    },
  };
  await insertOperations(tx, bank.bankKey, [operation], now);
  return operationId;
}
