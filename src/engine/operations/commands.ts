import type { BankAddress } from "../../store/address.ts";
import { type BankRow, findBank, keepBank } from "../../store/banks.ts";
import type { Queryable } from "../../store/database.ts";
import { announceOperations, requeueOperations, setStatus } from "../../store/operation-queue.ts";
import {
  findOperation,
  listChildren,
  lockOperation,
  type OperationRow,
  removeOperation,
} from "../../store/operations.ts";
import type { EngineContext } from "../context.ts";
import { EngineError } from "../errors.ts";
import { isParent, settleParent } from "./parents.ts";

/**
 * Cancels an operation that waits or runs: one that runs ends at its next checkpoint. Cancelling a parent leaves its children
 * alone.
 * @throws EngineError `not_found`, `conflict`
 */
export function cancelOperation(context: EngineContext, address: BankAddress, id: string): Promise<void> {
  return change(context, address, id, async (tx, bank, operation) => {
    if (operation.status !== "pending" && operation.status !== "processing") refuse(operation, "cancelled");
    await setStatus(tx, bank.bankKey, operation, { status: "cancelled" }, context.clock.now());
    if (operation.parentId) await settleParent(tx, bank.bankKey, operation.parentId, context.clock.now());
  });
}

/**
 * Queues an operation again that failed, was cancelled or was put off; of a parent, all such children.
 * @throws EngineError `not_found`, `conflict`
 */
export function retryOperation(context: EngineContext, address: BankAddress, id: string): Promise<void> {
  return change(context, address, id, async (tx, bank, operation) => {
    const now = context.clock.now();
    const retryable = ({ status, nextRetryAt }: OperationRow) =>
      status === "failed" ||
      status === "cancelled" ||
      (status === "pending" && nextRetryAt !== null && nextRetryAt > now);
    if (!isParent(operation)) {
      if (!retryable(operation)) refuse(operation, "retried");
      await requeueOperations(tx, bank.bankKey, [id], now);
      return;
    }
    const children = await listChildren(tx, bank.bankKey, id);
    if (children.every((child) => child.status === "completed")) refuse(operation, "retried");
    const again = children.filter(retryable).map((child) => child.operationId);
    await requeueOperations(tx, bank.bankKey, [id, ...again], now);
  });
}

/**
 * Deletes the row of an operation that has ended. Deleting a parent leaves its children.
 * @throws EngineError `not_found`, `conflict`
 */
export function deleteOperation(context: EngineContext, address: BankAddress, id: string): Promise<void> {
  return change(context, address, id, async (tx, bank, operation) => {
    if (operation.status === "pending" || operation.status === "processing") refuse(operation, "deleted");
    await removeOperation(tx, bank.bankKey, id);
  });
}

async function change(
  context: EngineContext,
  address: BankAddress,
  id: string,
  apply: (tx: Queryable, bank: BankRow, operation: OperationRow) => Promise<void>,
): Promise<void> {
  return context.database.transaction(async (tx) => {
    const bank = await findBank(tx, address);
    if (!bank) throw operationNotFound(id);
    await keepBank(tx, bank.bankKey);
    const found = await findOperation(tx, bank.bankKey, id);
    // Parents are locked before their children everywhere, so that no two transactions wait for each other.
    if (found?.parentId) await lockOperation(tx, bank.bankKey, found.parentId);
    const operation = found && (await lockOperation(tx, bank.bankKey, id));
    if (!operation) throw operationNotFound(id);
    await apply(tx, bank, operation);
    await announceOperations(tx, address.sandboxId);
  });
}

function operationNotFound(id: string): EngineError {
  return new EngineError("not_found", `Operation ${id} not found`);
}

function refuse(operation: OperationRow, done: string): never {
  throw new EngineError(
    "conflict",
    `Operation ${operation.operationId} is ${operation.status} and cannot be ${done}`,
  );
}
