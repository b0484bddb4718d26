import type { BankAddress } from "../../store/address.ts";
import { findBank, keepBank } from "../../store/banks.ts";
import {
  findOperation,
  listChildren,
  listOperations as listOperationRows,
  type OperationFilter,
  type OperationRow,
  readPayload,
} from "../../store/operations.ts";
import { requireBank } from "../banks/banks.ts";
import type { EngineContext } from "../context.ts";
import { isParent, settleParent } from "./parents.ts";

export type { OperationRow };

/** An operation; a parent's with its children that exist. */
export interface OperationDetails {
  operation: OperationRow;
  children: OperationRow[] | null;
  /** What a worker executes; null when it was not asked for. */
  payload: Record<string, unknown> | null;
}

/** The operation; undefined when the bank has none with this id, or does not exist. */
export async function readOperation(
  context: EngineContext,
  address: BankAddress,
  operationId: string,
  { withPayload = false } = {},
): Promise<OperationDetails | undefined> {
  const { database } = context;
  const bank = await findBank(database, address);
  const operation = bank && (await findOperation(database, bank.bankKey, operationId));
  if (!operation) return undefined;
  if (!isParent(operation)) {
    const payload = withPayload ? await readPayload(database, bank.bankKey, operationId) : null;
    return { operation, children: null, payload };
  }
  const children = await listChildren(database, bank.bankKey, operationId);
  const stranded =
    operation.status === "pending" &&
    children.every(({ status }) => status === "completed" || status === "failed");
  if (!stranded) return { operation, children, payload: null };
  // Its last child was deleted, or ended while the parent was being retried.
  await database.transaction(async (tx) => {
    await keepBank(tx, bank.bankKey);
    await settleParent(tx, bank.bankKey, operationId, context.clock.now());
  });
  const settled = await findOperation(database, bank.bankKey, operationId);
  return settled && { operation: settled, children, payload: null };
}

/** A page of the bank's operations, newest first. @throws EngineError `bank_not_found` */
export async function listOperations(context: EngineContext, address: BankAddress, filter: OperationFilter) {
  const bank = await requireBank(context, address);
  return listOperationRows(context.database, bank.bankKey, filter);
}
