import type { BankRow } from "../../store/banks.ts";
import type { Queryable } from "../../store/database.ts";
import { releaseEntities } from "../../store/entity-upkeep.ts";
import { removeQueuedLinks } from "../../store/link-queue.ts";
import type { MemoryDetails } from "../../store/memory-details.ts";
import { deleteFoundLinks } from "../../store/memory-links.ts";
import { loadEntities } from "../../store/recalled-rows.ts";
import { queueLinkers, queueRelinks } from "../../store/relink-queue.ts";
import { detachEntities, type EditedUnit, updateUnit } from "../../store/unit-edits.ts";
import type { EngineContext } from "../context.ts";
import { attachEntities, canonicalNames } from "../entities/attach.ts";
import { EngineError } from "../errors.ts";
import { removeObservationsOf } from "../removal/remove-units.ts";
import { embeddingText } from "../retain/embedding-text.ts";
import { normalizeNames } from "../retain/entity-names.ts";
import { storedDates } from "./stored-dates.ts";

/** Null clears a date; a text is what was sent in place of one, and is none. */
export type EditedDate = Date | null | string;

/** What a caller changes on a fact; what is absent stays. */
export interface MemoryEdit {
  text?: string | undefined;
  context?: string | undefined;
  occurredStart?: EditedDate | undefined;
  occurredEnd?: EditedDate | undefined;
  mentionedAt?: EditedDate | undefined;
  factType?: "world" | "experience" | undefined;
  /** All names that the fact mentions from now on. */
  entities?: string[] | undefined;
  /** Off: a name is that of an entity only when it is equal to it, in any case. */
  resolveEntities: boolean;
}

/** An edit that is ready to be stored. */
export interface EditPlan {
  unit: EditedUnit;
  /** All names that the fact mentions from then on; undefined: they stay. */
  names: string[] | undefined;
  resolveEntities: boolean;
}

/** Looks at what an edit makes of a live fact. Nothing is stored. @throws EngineError `invalid_value` */
export async function planEdit(
  context: EngineContext,
  bank: BankRow,
  memory: MemoryDetails,
  edit: MemoryEdit,
): Promise<EditPlan> {
  const names = edit.entities && normalizeNames(edit.entities);
  const unit = await editedUnit(context, bank, memory, edit, names);
  return { unit, names, resolveEntities: edit.resolveEntities };
}

/**
 * Edits a live fact in a transaction of the caller's: observations that rest on it go, it is to be consolidated again, and its
 * links are to be made anew, but for those to its causes and effects.
 * @returns the observations.
 */
export async function editFact(
  context: EngineContext,
  tx: Queryable,
  bank: BankRow,
  { unit, names, resolveEntities }: EditPlan,
): Promise<string[]> {
  const { bankKey, revision } = bank;
  const ids = [unit.unitId];
  const observationIds = await removeObservationsOf(tx, bankKey, ids);
  const now = context.clock.now();
  await updateUnit(tx, bankKey, unit, { now, revision, column: context.vectors.column });
  if (names) await replaceEntities(context, tx, bank, unit, names, resolveEntities);
  await queueLinkers(tx, bankKey, ids);
  await deleteFoundLinks(tx, bankKey, ids);
  await removeQueuedLinks(tx, bankKey, ids);
  await queueRelinks(tx, bankKey, ids);
  return observationIds;
}

async function editedUnit(
  context: EngineContext,
  bank: BankRow,
  memory: MemoryDetails,
  edit: MemoryEdit,
  names: string[] | undefined,
): Promise<EditedUnit> {
  const kept = (value: EditedDate | undefined, old: Date | null): Date | null => {
    if (typeof value === "string")
      throw new EngineError("invalid_value", `'${value}' is not an ISO 8601 date`);
    return value === undefined ? old : value;
  };
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
    context: edit.context === undefined ? memory.context : edit.context || null,
    factType: edit.factType ?? (memory.factType === "experience" ? "experience" : "world"),
    eventDate: redated ? (dates.occurredStart ?? dates.mentionedAt) : memory.eventDate,
    ...dates,
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
  await releaseEntities(tx, bank.bankKey, [unit.unitId]);
  await detachEntities(tx, bank.bankKey, unit.unitId);
  const date = unit.occurredStart ?? unit.mentionedAt;
  await attachEntities(context, tx, bank, { unitId: unit.unitId, names, date, resolve });
}
