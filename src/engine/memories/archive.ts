import { type BankRow, beginBankRewrite } from "../../store/banks.ts";
import type { MemoryDetails } from "../../store/memory-details.ts";
import { queueRelinks } from "../../store/relink-queue.ts";
import {
  archivedEntityNames,
  archiveUnit,
  restoreUnit,
  setInvalidationReason,
} from "../../store/unit-edits.ts";
import type { EngineContext } from "../context.ts";
import { documentEvent } from "../documents/events.ts";
import { bankNotFound } from "../errors.ts";
import { queueConsolidationOfChange } from "../operations/queue-consolidation.ts";
import { queueGraphMaintenance } from "../operations/queue-maintenance.ts";
import { embeddingText } from "../retain/embedding-text.ts";
import { removeFacts } from "./remove-units.ts";
import { storedDates } from "./stored-dates.ts";

/** Moves a fact into the archive. One that is there gets the reason, if there is one, and nothing else. */
export async function invalidateFact(
  context: EngineContext,
  bank: BankRow,
  memory: MemoryDetails,
  reason: string | null,
): Promise<void> {
  const { unitId, documentId } = memory;
  if (memory.invalidatedAt) {
    if (reason !== null) await setInvalidationReason(context.database, bank.bankKey, unitId, reason);
    return;
  }
  const now = context.clock.now();
  await context.database.transaction(async (tx) => {
    const locked = await beginBankRewrite(tx, bank.bankKey);
    if (!locked) throw bankNotFound(bank.bankId);
    await archiveUnit(tx, bank.bankKey, unitId, { reason, now });
    const { observationIds } = await removeFacts(tx, locked, [unitId], now);
    const details = { factId: unitId, removedObservationIds: observationIds };
    const events = documentId ? [documentEvent(documentId, "fact_invalidated", now, details)] : [];
    await queueConsolidationOfChange(context, tx, locked, events);
  });
}

/** Brings a fact back out of the archive, with those of its entities that are still there. */
export async function restoreFact(
  context: EngineContext,
  bank: BankRow,
  memory: MemoryDetails,
): Promise<void> {
  const { unitId, documentId } = memory;
  const names = await archivedEntityNames(context.database, bank.bankKey, unitId);
  const [embedding] = await context.embedder.embed([embeddingText(memory.text, storedDates(memory), names)]);
  if (!embedding) throw new Error("The embedding provider returned no vector for the text");
  const now = context.clock.now();
  await context.database.transaction(async (tx) => {
    const locked = await beginBankRewrite(tx, bank.bankKey);
    if (!locked) throw bankNotFound(bank.bankId);
    const { column } = context.vectors;
    const restored = { embedding, revision: locked.revision, now, column };
    // Somebody else was quicker.
    if (!(await restoreUnit(tx, bank.bankKey, unitId, restored))) return;
    await queueRelinks(tx, bank.bankKey, [unitId]);
    await queueGraphMaintenance(tx, locked, now);
    const events = documentId ? [documentEvent(documentId, "fact_restored", now, { factId: unitId })] : [];
    await queueConsolidationOfChange(context, tx, locked, events);
  });
}
