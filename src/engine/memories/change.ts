import { findBank } from "../../store/banks.ts";
import { findMemory } from "../../store/memory-details.ts";
import type { EngineContext } from "../context.ts";
import { EngineError } from "../errors.ts";
import type { BankAddress } from "../types.ts";
import { invalidateFact, restoreFact } from "./archive.ts";
import { editFact, type MemoryEdit } from "./edit.ts";
import { memoryNotFound, type ReadMemory, readMemory } from "./read.ts";

/** What a caller wants of a fact: an edit, to be in the archive or not, or both, in this order. */
export interface MemoryChange {
  edit?: MemoryEdit | undefined;
  state?: "valid" | "invalidated" | undefined;
  reason: string | null;
}

/**
 * Changes a fact.
 * @returns the fact as it is then.
 * @throws EngineError `not_found`, also where the bank does not exist; `invalid_value` for observations, for an edit of what is in
 * the archive, and for values that cannot be stored.
 */
export async function changeMemory(
  context: EngineContext,
  address: BankAddress,
  unitId: string,
  change: MemoryChange,
): Promise<ReadMemory> {
  const bank = await findBank(context.database, address);
  const memory = bank && (await findMemory(context.database, bank.bankKey, unitId));
  if (!memory) throw memoryNotFound(unitId);
  if (memory.factType === "observation") {
    throw new EngineError("invalid_value", "Observations follow from their sources and cannot be changed");
  }
  if (change.edit && memory.invalidatedAt) {
    throw new EngineError("invalid_value", "An invalidated memory cannot be edited: restore it first");
  }
  if (change.edit) await editFact(context, bank, memory, change.edit);
  if (change.state === "invalidated") await invalidateFact(context, bank, memory, change.reason);
  if (change.state === "valid" && memory.invalidatedAt) await restoreFact(context, bank, memory);
  return readMemory(context, address, unitId);
}
