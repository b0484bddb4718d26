import { beginBankRewrite, findBankForUpdate } from "../../store/banks.ts";
import { findMemory } from "../../store/memory-details.ts";
import {
  clearObservations as clearAll,
  listObservationScopes,
  type ObservationScope,
  recoverFailed,
} from "../../store/observations.ts";
import { markPending } from "../../store/unit-removal.ts";
import { requireBank } from "../banks/banks.ts";
import type { EngineContext } from "../context.ts";
import { bankNotFound } from "../errors.ts";
import { queueConsolidationOfChange } from "../queue/consolidation.ts";
import { documentEvent } from "../queue/document-events.ts";
import { removeObservationsOf } from "../removal/remove-units.ts";
import type { BankAddress } from "../types.ts";

export type { ObservationScope };

/** A page of the scopes that observations are in, and how many there are. @throws EngineError `bank_not_found` */
export async function observationScopes(
  context: EngineContext,
  address: BankAddress,
  page: { limit: number; offset: number },
): Promise<{ total: number; scopes: ObservationScope[] }> {
  const { bankKey } = await requireBank(context, address);
  return listObservationScopes(context.database, bankKey, page);
}

/**
 * Deletes all observations of a bank; nothing is queued to make them again.
 * @returns how many there were; 0 where the bank does not exist.
 */
export async function clearObservations(context: EngineContext, address: BankAddress): Promise<number> {
  const cleared = await context.database.transaction(async (tx) => {
    const bank = await findBankForUpdate(tx, address);
    if (!bank) return undefined;
    await beginBankRewrite(tx, bank.bankKey);
    return { bankKey: bank.bankKey, count: await clearAll(tx, bank.bankKey) };
  });
  if (!cleared) return 0;
  context.statsCache.drop(cleared.bankKey);
  return cleared.count;
}

/**
 * Deletes the observations that rest on a fact, and has it consolidated again.
 * @returns how many there were; 0 for a fact that does not exist.
 * @throws EngineError `bank_not_found`
 */
export async function clearObservationsOf(
  context: EngineContext,
  address: BankAddress,
  unitId: string,
): Promise<number> {
  const now = context.clock.now();
  return context.database.transaction(async (tx) => {
    const bank = await findBankForUpdate(tx, address);
    if (!bank) throw bankNotFound(address.bankId);
    const { bankKey } = bank;
    await beginBankRewrite(tx, bankKey);
    const removed = await removeObservationsOf(tx, bankKey, [unitId]);
    await markPending(tx, bankKey, [unitId]);
    const documentId = removed.length > 0 && (await findMemory(tx, bankKey, unitId))?.documentId;
    const details = { factId: unitId, removedObservationIds: removed };
    const events = documentId ? [documentEvent(documentId, "observations_cleared", now, details)] : [];
    await queueConsolidationOfChange(context, tx, bank, events);
    return removed.length;
  });
}

/** Lets facts that could not be consolidated be tried again. @returns how many; 0 where the bank does not exist. */
export async function recoverConsolidation(context: EngineContext, address: BankAddress): Promise<number> {
  return context.database.transaction(async (tx) => {
    const bank = await findBankForUpdate(tx, address);
    return bank ? recoverFailed(tx, bank.bankKey) : 0;
  });
}
