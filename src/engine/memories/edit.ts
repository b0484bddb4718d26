import { type BankRow, beginBankRewrite } from "../../store/banks.ts";
import type { Queryable } from "../../store/database.ts";
import type { MemoryDetails } from "../../store/memory-details.ts";
import { deleteLinksOf } from "../../store/memory-links.ts";
import { loadEntities } from "../../store/recalled-rows.ts";
import { queueLinkers, queueRelinks } from "../../store/relink-queue.ts";
import { detachEntities, type EditedUnit, updateUnit } from "../../store/unit-edits.ts";
import { takeMentionsOf } from "../../store/unit-removal.ts";
import type { EngineContext } from "../context.ts";
import { documentEvent } from "../documents/events.ts";
import { attachEntities, canonicalNames } from "../entities/attach.ts";
import { bankNotFound, EngineError } from "../errors.ts";
import { queueConsolidationOfChange } from "../operations/queue-consolidation.ts";
import { queueGraphMaintenance } from "../operations/queue-maintenance.ts";
import { embeddingText, textSignals } from "../retain/embedding-text.ts";
import { normalizeNames } from "../retain/entity-names.ts";
import { removeObservationsOf } from "./remove-units.ts";
import { storedDates } from "./stored-dates.ts";

/** What a caller changes on a fact; what is absent stays. */
export interface MemoryEdit {
  text?: string | undefined;
  context?: string | undefined;
  /** Null clears a date. */
  occurredStart?: Date | null | undefined;
  occurredEnd?: Date | null | undefined;
  mentionedAt?: Date | null | undefined;
  factType?: "world" | "experience" | undefined;
  /** All names that the fact mentions from now on. */
  entities?: string[] | undefined;
  /** Off: a name is that of an entity only when it is equal to it, in any case. */
  resolveEntities: boolean;
}

/**
 * Edits a live fact. Observations that rest on it go, it is to be consolidated again, and its links are made anew.
 * @throws EngineError `invalid_value`
 */
export async function editFact(
  context: EngineContext,
  bank: BankRow,
  memory: MemoryDetails,
  edit: MemoryEdit,
): Promise<void> {
  if (edit.text !== undefined && edit.text.trim() === "") {
    throw new EngineError("invalid_value", "text must not be blank");
  }
  const names = edit.entities && normalizeNames(edit.entities);
  const unit = await editedUnit(context, bank, memory, edit, names);
  const now = context.clock.now();
  await context.database.transaction(async (tx) => {
    const locked = await beginBankRewrite(tx, bank.bankKey);
    if (!locked) throw bankNotFound(bank.bankId);
    const ids = [unit.unitId];
    const observationIds = await removeObservationsOf(tx, bank.bankKey, ids);
    await updateUnit(tx, bank.bankKey, unit, {
      now,
      revision: locked.revision,
      column: context.vectors.column,
    });
    if (names) await replaceEntities(context, tx, bank, unit, names, edit.resolveEntities);
    await queueLinkers(tx, bank.bankKey, ids);
    await deleteLinksOf(tx, bank.bankKey, ids);
    await queueRelinks(tx, bank.bankKey, ids);
    await queueGraphMaintenance(tx, locked, now);
    const details = { factId: unit.unitId, removedObservationIds: observationIds };
    const events = memory.documentId ? [documentEvent(memory.documentId, "fact_edited", now, details)] : [];
    await queueConsolidationOfChange(context, tx, locked, events);
  });
}

async function editedUnit(
  context: EngineContext,
  bank: BankRow,
  memory: MemoryDetails,
  edit: MemoryEdit,
  names: string[] | undefined,
): Promise<EditedUnit> {
  const kept = <T>(value: T | undefined, old: T): T => (value === undefined ? old : value);
  const dates = {
    occurredStart: kept(edit.occurredStart, memory.occurredStart),
    occurredEnd: kept(edit.occurredEnd, memory.occurredEnd),
    mentionedAt: kept(edit.mentionedAt, memory.mentionedAt),
  };
  const redated = edit.occurredStart !== undefined || edit.mentionedAt !== undefined;
  const text = edit.text ?? memory.text;
  const mentioned = names
    ? await canonicalNames(context, bank, {
        unitId: memory.unitId,
        names,
        date: dates.occurredStart ?? dates.mentionedAt,
        resolve: edit.resolveEntities,
      })
    : await namesOf(context, bank, memory.unitId);
  const stored = storedDates(dates);
  const [embedding] = await context.embedder.embed([embeddingText(text, stored, mentioned)]);
  if (!embedding) throw new Error("The embedding provider returned no vector for the text");
  return {
    unitId: memory.unitId,
    text,
    context: edit.context ?? memory.context ?? "",
    factType: edit.factType ?? (memory.factType === "experience" ? "experience" : "world"),
    eventDate: redated ? (dates.occurredStart ?? dates.mentionedAt) : memory.eventDate,
    ...dates,
    textSignals: textSignals(stored, mentioned),
    embedding,
  };
}

async function namesOf({ database }: EngineContext, { bankKey }: BankRow, unitId: string): Promise<string[]> {
  const entities = await loadEntities(database, bankKey, [unitId]);
  return (entities.get(unitId) ?? []).map(({ canonicalName }) => canonicalName);
}

/** The entities that the fact had lose a mention; those that it gets do not gain one. */
async function replaceEntities(
  context: EngineContext,
  tx: Queryable,
  bank: BankRow,
  unit: EditedUnit,
  names: readonly string[],
  resolve: boolean,
): Promise<void> {
  await takeMentionsOf(tx, bank.bankKey, [unit.unitId]);
  await detachEntities(tx, bank.bankKey, unit.unitId);
  const date = unit.occurredStart ?? unit.mentionedAt;
  await attachEntities(context, tx, bank, { unitId: unit.unitId, names, date, resolve });
}
