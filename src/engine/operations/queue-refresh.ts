import type { BankRow } from "../../store/banks.ts";
import type { Queryable } from "../../store/database.ts";
import { announceOperations } from "../../store/operation-queue.ts";
import { insertOperations } from "../../store/operations.ts";
import { lockPendingRefresh, makeRefreshFull } from "../../store/refresh-queue.ts";
import { newOperationIds } from "./operation-ids.ts";

export interface RefreshRequest {
  now: Date;
  /** Writes all of the content, whatever the model's own mode is. */
  mode?: "full" | undefined;
}

/**
 * Queues a refresh of a mental model in the caller's transaction, which has locked the bank's row. It joins one that waits,
 * never one that runs: what was written since that began is not seen by it.
 * @returns the operation's id.
 */
export async function queueRefresh(
  tx: Queryable,
  bank: BankRow,
  { id, name }: { id: string; name: string },
  { now, mode }: RefreshRequest,
): Promise<string> {
  // Also when it joins one: a worker that looked while the row was locked has to look again.
  await announceOperations(tx, bank.sandboxId);
  const serializationKey = `mental_model:${id}`;
  const waiting = await lockPendingRefresh(tx, bank.bankKey, serializationKey);
  if (waiting) {
    if (mode) await makeRefreshFull(tx, bank.bankKey, waiting);
    return waiting;
  }
  const [operationId = ""] = await newOperationIds(tx, bank, [["refresh_mental_model", id, mode ?? null]]);
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
      ...(mode && { mode }),
    },
  };
  await insertOperations(tx, bank.bankKey, [operation], now);
  return operationId;
}
