import type { BankAddress } from "../../store/address.ts";
import { type BankRow, findBank, listBanksOf } from "../../store/banks.ts";
import type { Queryable } from "../../store/database.ts";
import { copyBanks, isIdTaken, lockBanksForFork } from "../../store/forks.ts";
import { listUnfinished } from "../../store/operation-settling.ts";
import { insertFork, lockSandbox } from "../../store/sandboxes.ts";
import { checkBankId } from "../banks/bank-id.ts";
import type { EngineContext } from "../context.ts";
import { bankNotFound, EngineError } from "../errors.ts";
import { sandboxClosed } from "./activity.ts";
import { testClock } from "./test-clocks.ts";

/** How many operations a refusal names. */
const NAMED = 20;

/**
 * Copies a bank under another id, in its sandbox or in another: everything but its operations, with the same ids.
 * @throws EngineError `bank_not_found`, `not_found`, `sandbox_closed`, `invalid_value`; `conflict` when the id is taken, or the
 * bank has operations that have not ended.
 */
export async function forkBank(context: EngineContext, from: BankAddress, to: BankAddress): Promise<void> {
  checkBankId(to.bankId);
  await context.database.transaction(async (tx) => {
    await requireOpen(tx, to.sandboxId);
    const bank = await findBank(tx, from);
    if (!bank) throw bankNotFound(from.bankId);
    if (await isIdTaken(tx, to.sandboxId, to.bankId)) {
      throw new EngineError("conflict", `Bank '${to.bankId}' exists already`);
    }
    await refuseUnfinished(tx, [bank]);
    await copyBanks(tx, [{ from: bank, ...to }]);
  });
}

/**
 * Copies a sandbox: its clock, the choice of its model, whether its work is held, and all its banks but their operations.
 * @returns the id of the copy.
 * @throws EngineError `not_found`, `sandbox_closed`; `conflict` when a bank has operations that have not ended.
 */
export async function forkSandbox(context: EngineContext, sandboxId: string): Promise<string> {
  const fork = await context.database.transaction(async (tx) => {
    await requireOpen(tx, sandboxId);
    const id = await insertFork(tx, sandboxId);
    const banks = await listBanksOf(tx, sandboxId);
    await refuseUnfinished(tx, banks);
    const forks = banks.map((from) => ({ from, sandboxId: id, bankId: from.bankId }));
    if (forks.length > 0) await copyBanks(tx, forks);
    return id;
  });
  testClock(context).copy(sandboxId, fork);
  context.languageModels.copy(sandboxId, fork);
  context.heldWork.copy(sandboxId, fork);
  return fork;
}

async function requireOpen(tx: Queryable, sandboxId: string): Promise<void> {
  const state = await lockSandbox(tx, sandboxId);
  if (state === "closed") throw sandboxClosed(sandboxId);
  if (state === "unknown") throw new EngineError("not_found", `Sandbox '${sandboxId}' not found`);
}

/** Locks the banks: from here on nothing is queued for them. @throws EngineError `conflict` that names what is. */
async function refuseUnfinished(tx: Queryable, banks: readonly BankRow[]): Promise<void> {
  await lockBanksForFork(tx, banks);
  const unfinished = await listUnfinished(
    tx,
    banks.map(({ bankKey }) => bankKey),
    NAMED,
  );
  if (unfinished.length === 0) return;
  const names = unfinished.map(
    ({ operationType, operationId, status, bankId }) =>
      `${operationType} ${operationId} of bank '${bankId}' (${status})`,
  );
  throw new EngineError("conflict", `Work has not ended that a fork would lose: ${names.join(", ")}`);
}
