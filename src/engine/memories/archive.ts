import type { BankRow } from "../../store/banks.ts";
import type { Queryable } from "../../store/database.ts";
import type { MemoryDetails } from "../../store/memory-details.ts";
import { parkCauses, restoreCauses } from "../../store/parked-links.ts";
import { queueRelinks } from "../../store/relink-queue.ts";
import { archivedEntityNames, archiveUnit, restoreUnit } from "../../store/unit-edits.ts";
import type { EngineContext } from "../context.ts";
import { removeFacts } from "../removal/remove-units.ts";
import { embeddingText } from "../retain/embedding-text.ts";
import { storedDates } from "./stored-dates.ts";

/** Moves a live fact into the archive, in a transaction of the caller's. @returns the observations that rested on it. */
export async function invalidateFact(
  tx: Queryable,
  bank: BankRow,
  unitId: string,
  { reason, now }: { reason: string | null; now: Date },
): Promise<string[]> {
  await archiveUnit(tx, bank.bankKey, unitId, { reason, now });
  await parkCauses(tx, bank.bankKey, unitId);
  const { observationIds } = await removeFacts(tx, bank, [unitId], now);
  return observationIds;
}

/** The vector that an archived fact gets: the archive's own may be another embedder's. */
export async function planRestoration(
  context: EngineContext,
  bank: BankRow,
  memory: MemoryDetails,
): Promise<Float32Array> {
  const names = await archivedEntityNames(context.database, bank.bankKey, memory.unitId);
  const [embedding] = await context.embedder.embed([embeddingText(memory.text, storedDates(memory), names)]);
  if (!embedding) throw new Error("The embedding provider returned no vector for the text");
  return embedding;
}

/** Brings a fact back out of the archive, with those of its entities, and of its causes and effects, that are still there. */
export async function restoreFact(
  context: EngineContext,
  tx: Queryable,
  { bankKey, revision }: BankRow,
  unitId: string,
  embedding: Float32Array,
): Promise<void> {
  const now = context.clock.now();
  await restoreUnit(tx, bankKey, unitId, { embedding, revision, now, column: context.vectors.column });
  await restoreCauses(tx, bankKey, unitId);
  await queueRelinks(tx, bankKey, [unitId]);
}
