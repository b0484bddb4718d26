import type { BankRow } from "../../store/banks.ts";
import type { Queryable } from "../../store/database.ts";
import { releaseEntities } from "../../store/entity-upkeep.ts";
import { hasUpkeep, queueLinkers } from "../../store/relink-queue.ts";
import { deleteObservationsOf, deleteUnits, markPending } from "../../store/unit-removal.ts";
import { queueGraphMaintenance } from "../queue/maintenance.ts";

/** What a removal of facts took along. */
export interface Removal {
  /** How many facts there were. */
  facts: number;
  /** The observations that rested on them. */
  observationIds: string[];
}

/**
 * Removes facts with everything that rests on them: observations lose no single source, they go, and their other sources are
 * to be consolidated again. Entities lose a mention for each; those that nobody mentions any more go with the upkeep of the
 * graph, which is queued when there is something for it to do. Call it in a transaction that has locked the bank
 * (`beginBankRewrite`).
 */
export async function removeFacts(
  tx: Queryable,
  bank: BankRow,
  unitIds: readonly string[],
  now: Date,
): Promise<Removal> {
  if (unitIds.length === 0) return { facts: 0, observationIds: [] };
  const { bankKey } = bank;
  const observationIds = await removeObservationsOf(tx, bankKey, unitIds);
  await queueLinkers(tx, bankKey, unitIds);
  await releaseEntities(tx, bankKey, unitIds);
  const facts = await deleteUnits(tx, bankKey, unitIds);
  if (await hasUpkeep(tx, bankKey)) await queueGraphMaintenance(tx, bank, now);
  return { facts, observationIds };
}

/** Removes the observations that rest on any of the facts. @returns their ids. */
export async function removeObservationsOf(
  tx: Queryable,
  bankKey: string,
  sourceIds: readonly string[],
): Promise<string[]> {
  if (sourceIds.length === 0) return [];
  const { observationIds, otherSourceIds } = await deleteObservationsOf(tx, bankKey, sourceIds);
  await markPending(tx, bankKey, otherSourceIds);
  return observationIds;
}
