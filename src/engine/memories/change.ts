import { type BankRow, beginBankRewrite, findBank, findBankForUpdate } from "../../store/banks.ts";
import type { Queryable } from "../../store/database.ts";
import { findMemory, type MemoryDetails } from "../../store/memory-details.ts";
import { setInvalidationReason } from "../../store/unit-edits.ts";
import type { EngineContext } from "../context.ts";
import { EngineError } from "../errors.ts";
import { refreshAfterRemoval } from "../mental-models/refresh-after-removal.ts";
import { queueConsolidationOfChange } from "../queue/consolidation.ts";
import { type DocumentEventKind, documentEvent } from "../queue/document-events.ts";
import { queueGraphMaintenance } from "../queue/maintenance.ts";
import type { BankAddress } from "../types.ts";
import { invalidateFact, planRestoration, restoreFact } from "./archive.ts";
import { editFact, type MemoryEdit, planEdit } from "./edit.ts";
import { memoryNotFound, type ReadMemory, readMemory } from "./read.ts";

/** What a caller wants of a fact: an edit, to be in the archive or not, or both, in this order. */
export interface MemoryChange {
  edit?: MemoryEdit | undefined;
  state?: "valid" | "invalidated" | undefined;
  reason: string | null;
}

/** What was done to a fact, and the observations that rested on it. */
interface Done {
  kind: DocumentEventKind;
  removedObservationIds: string[];
}

/**
 * Changes a fact, as a whole or not at all.
 * @returns the fact as it is then.
 * @throws EngineError `not_found`, also where the bank does not exist; `invalid_value` for observations, for an edit of what is
 * in the archive, and for values that cannot be stored.
 */
export async function changeMemory(
  context: EngineContext,
  address: BankAddress,
  unitId: string,
  change: MemoryChange,
): Promise<ReadMemory> {
  // What is embedded is embedded before the bank is locked; when others changed the fact meanwhile, it is looked at anew.
  for (let isDone = false; !isDone; ) {
    const bank = await findBank(context.database, address);
    const memory = bank && (await findMemory(context.database, bank.bankKey, unitId));
    if (!memory) throw memoryNotFound(unitId);
    refuse(memory, change);
    const steps = await planSteps(context, bank, memory, change);
    isDone = steps.length === 0 || (await apply(context, address, memory, steps));
  }
  return readMemory(context, address, unitId);
}

function refuse(memory: MemoryDetails, { edit }: MemoryChange): void {
  if (memory.factType === "observation") {
    throw new EngineError("invalid_value", "Observations follow from their sources and cannot be changed");
  }
  if (edit && memory.invalidatedAt) {
    throw new EngineError("invalid_value", "An invalidated memory cannot be edited: restore it first");
  }
}

/** A part of a change. @returns undefined when there is nothing to tell of it. */
type Step = (tx: Queryable, bank: BankRow) => Promise<Done | undefined>;

async function planSteps(
  context: EngineContext,
  bank: BankRow,
  memory: MemoryDetails,
  { edit, state, reason }: MemoryChange,
): Promise<Step[]> {
  const { unitId } = memory;
  const now = context.clock.now();
  const steps: Step[] = [];
  if (edit) {
    const plan = await planEdit(context, bank, memory, edit);
    steps.push(async (tx, locked) => ({
      kind: "fact_edited",
      removedObservationIds: await editFact(context, tx, locked, plan),
    }));
  }
  if (state === "invalidated" && !memory.invalidatedAt) {
    steps.push(async (tx, locked) => ({
      kind: "fact_invalidated",
      removedObservationIds: await invalidateFact(tx, locked, unitId, { reason, now }),
    }));
  } else if (state === "invalidated" && reason !== null) {
    steps.push(async (tx) => {
      await setInvalidationReason(tx, bank.bankKey, unitId, reason, now);
      return undefined;
    });
  } else if (state === "valid" && memory.invalidatedAt) {
    const embedding = await planRestoration(context, bank, memory);
    steps.push(async (tx, locked) => {
      await restoreFact(context, tx, locked, unitId, embedding);
      return { kind: "fact_restored", removedObservationIds: [] };
    });
  }
  return steps;
}

/** @returns false when the fact is no longer what it was; nothing is changed then. */
function apply(
  context: EngineContext,
  address: BankAddress,
  memory: MemoryDetails,
  steps: readonly Step[],
): Promise<boolean> {
  return context.database.transaction(async (tx) => {
    const found = await findBankForUpdate(tx, address);
    const current = found && (await findMemory(tx, found.bankKey, memory.unitId));
    if (!found || !current) throw memoryNotFound(memory.unitId);
    if (current.revision !== memory.revision || !current.invalidatedAt !== !memory.invalidatedAt)
      return false;
    const bank = (await beginBankRewrite(tx, found.bankKey)) ?? found;
    const done: Done[] = [];
    for (const step of steps) {
      const outcome = await step(tx, bank);
      if (outcome) done.push(outcome);
    }
    const last = done.at(-1);
    if (!last) return true;
    const now = context.clock.now();
    await queueGraphMaintenance(tx, bank, now);
    const details = {
      factId: memory.unitId,
      removedObservationIds: done.flatMap(({ removedObservationIds }) => removedObservationIds),
    };
    const { documentId } = memory;
    const events = documentId ? [documentEvent(documentId, last.kind, now, details)] : [];
    await queueConsolidationOfChange(context, tx, bank, events);
    await refreshAfterRemoval(context, tx, bank);
    return true;
  });
}
