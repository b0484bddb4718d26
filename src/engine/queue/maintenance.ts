import { type BankRow, lockBank } from "../../store/banks.ts";
import type { Queryable } from "../../store/database.ts";
import { announceOperations } from "../../store/operation-queue.ts";
import { insertOperations, lockJoinable, runAgain } from "../../store/operations.ts";
import { newOperationIds } from "./operation-ids.ts";

/**
 * Queues the upkeep of the bank's graph in the transaction of the deletions that made it necessary. It joins one that waits
 * or runs; one that runs then starts over, so that it sees these deletions too.
 */
export async function queueGraphMaintenance(tx: Queryable, bank: BankRow, now: Date): Promise<void> {
  // Two requests at once must not both find that there is none.
  await lockBank(tx, bank.bankKey);
  await announceOperations(tx, bank.sandboxId);
  const known = await lockJoinable(tx, bank.bankKey, "graph_maintenance", { running: true });
  if (known?.status === "processing") await runAgain(tx, bank.bankKey, known.operationId);
  if (known) return;
  const [operationId = ""] = await newOperationIds(tx, bank, ["graph_maintenance"]);
  const operation = {
    operationId,
    parentId: null,
    operationType: "graph_maintenance",
    // One at a time in a bank.
    serializationKey: "",
    resultMetadata: {},
    taskPayload: { type: "graph_maintenance", operation_id: operationId, bank_id: bank.bankId },
  };
  await insertOperations(tx, bank.bankKey, [operation], now);
}
