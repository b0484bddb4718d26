import { createHash } from "node:crypto";
import type { BankAddress } from "../../store/address.ts";
import { type BankRow, findBank, findBankForUpdate, holdOrCreateBank, lockBank } from "../../store/banks.ts";
import { listMentalModelHistory, type MentalModelHistoryRow } from "../../store/mental-model-history.ts";
import {
  clearMentalModel as clearRow,
  deleteMentalModel as deleteRow,
  findMentalModel,
  insertMentalModel,
  listMentalModels as listRows,
  lockMentalModel,
  type MentalModelContent,
  type MentalModelFilter,
  type MentalModelRow,
  updateMentalModel,
} from "../../store/mental-models.ts";
import { countContents } from "../../store/operations.ts";
import { checkBankId } from "../banks/bank-id.ts";
import { requireBank } from "../banks/banks.ts";
import type { EngineContext } from "../context.ts";
import { EngineError } from "../errors.ts";
import { derivedUuid, newIdSeed } from "../ids.ts";
import { queueRefresh } from "../queue/refresh.ts";
import { sanitizeText } from "../sanitize.ts";
import { embedMentalModel } from "./embedding.ts";
import { checkTrigger, requireQuery } from "./source-query.ts";
import { listOutOfDate, listStale } from "./staleness.ts";
import { changedTrigger, type MentalModelTrigger, storedTrigger } from "./trigger.ts";

export type { MentalModelRow };

/** What a caller makes a mental model of. */
export interface NewMentalModel extends MentalModelContent {
  /** Absent: one is made up. */
  id?: string;
  /** Absent: the first refresh writes it, by the source query. */
  content?: string;
  trigger: MentalModelTrigger;
}

/** What a caller changes on a mental model; what is absent stays as it is. */
export type MentalModelChange = Partial<Omit<MentalModelContent, "trigger">> & {
  trigger?: Partial<MentalModelTrigger>;
};

/** @throws EngineError `bank_not_found` */
export async function listMentalModels(
  context: EngineContext,
  address: BankAddress,
  filter: MentalModelFilter,
): Promise<{ total: number; models: (MentalModelRow & { isStale: boolean })[] }> {
  const { bankKey } = await requireBank(context, address);
  const { total, models } = await listRows(context.database, bankKey, filter);
  const stale = await listStale(context.database, bankKey, models);
  return { total, models: models.map((row) => ({ ...row, isStale: stale.has(row.mentalModelId) })) };
}

/**
 * Makes a mental model, and the bank where there is none. Without content it queues the first refresh.
 * @returns the operation that fills it; null with content.
 * @throws EngineError `conflict` when the id is taken; `invalid_value` without a model to refresh it with: it stays, empty; or
 * when it is to refresh itself without a question.
 */
export async function createMentalModel(
  context: EngineContext,
  address: BankAddress,
  model: NewMentalModel,
): Promise<{ id: string; operationId: string | null }> {
  const { database, clock } = context;
  checkBankId(address.bankId);
  checkTrigger(model.sourceQuery, model.trigger);
  const text = sanitizeText(model.content ?? "");
  const embedding = await embedMentalModel(context, { name: model.name, content: text });
  const made = await database.transaction(async (tx) => {
    const created = { now: clock.now(), idSeed: newIdSeed(context, address.bankId) };
    const bank = await holdOrCreateBank(tx, address, created);
    await lockBank(tx, bank.bankKey);
    // Equal ones are told apart by how many of them the bank was given before.
    const given = [
      "mental model",
      model.name,
      model.sourceQuery,
      ...(model.content === undefined ? [] : [text]),
    ];
    const hash = createHash("sha256").update(JSON.stringify(given)).digest();
    const id = model.id || newId(bank, hash, await countContents(tx, bank.bankKey, [hash]));
    const now = clock.now();
    if (!(await insertMentalModel(tx, bank.bankKey, id, model, { content: text, embedding, now }))) {
      throw new EngineError("conflict", `Mental model '${id}' already exists`);
    }
    if (model.content !== undefined) return { id, operationId: null };
    if (context.reflectLlm === null) return { id, operationId: undefined };
    return { id, operationId: await queueRefresh(tx, bank, { id, name: model.name }, { now }) };
  });
  const { id, operationId } = made;
  if (operationId === undefined) throw needsModel(`Mental model '${id}' was made, and stays empty`);
  return { id, operationId };
}

function newId(bank: BankRow, hash: Buffer, [number = 0]: number[]): string {
  const uuid = derivedUuid(bank.idSeed, "mental model", hash.toString("hex"), number);
  return `mm-${uuid.replaceAll("-", "")}`;
}

/** @param full also tells whether it is stale. @throws EngineError `not_found`, also when there is no such bank */
export async function readMentalModel(
  { database }: EngineContext,
  address: BankAddress,
  id: string,
  { full }: { full: boolean },
): Promise<MentalModelRow & { isStale: boolean | null }> {
  const bank = await findBank(database, address);
  const model = bank && (await findMentalModel(database, bank.bankKey, id));
  if (!bank || !model) throw modelNotFound(id);
  if (!full) return { ...model, isStale: null };
  return { ...model, isStale: (await listOutOfDate(database, bank.bankKey, [model])).has(id) };
}

/** @throws EngineError `not_found`, also when there is no such bank or nothing is changed */
export async function changeMentalModel(
  context: EngineContext,
  address: BankAddress,
  id: string,
  change: MentalModelChange,
): Promise<MentalModelRow> {
  const { database } = context;
  const bank = await findBank(database, address);
  if (!bank || Object.keys(change).length === 0) throw modelNotFound(id);
  const { trigger: triggerChange, ...fields } = change;
  for (;;) {
    const seen = await findMentalModel(database, bank.bankKey, id);
    if (!seen) throw modelNotFound(id);
    const { name = seen.name } = change;
    const isRenamed = name !== seen.name;
    const embedding = isRenamed ? await embedMentalModel(context, { name, content: seen.content }) : null;
    const changed = await database.transaction(async (tx) => {
      const current = await lockMentalModel(tx, bank.bankKey, id);
      if (!current) throw modelNotFound(id);
      // The vector must be of what is stored beside it.
      if (current.name !== seen.name || (isRenamed && current.content !== seen.content)) return undefined;
      const trigger = changedTrigger(storedTrigger(current.trigger), triggerChange ?? {});
      const next = { ...current, ...fields, trigger };
      checkTrigger(next.sourceQuery, trigger);
      return updateMentalModel(tx, bank.bankKey, id, next, embedding);
    });
    if (changed) return changed;
  }
}

/** @throws EngineError `not_found`, also when there is no such bank */
export async function deleteMentalModel(
  { database }: EngineContext,
  address: BankAddress,
  id: string,
): Promise<void> {
  const bank = await findBank(database, address);
  if (!bank || !(await deleteRow(database, bank.bankKey, id))) throw modelNotFound(id);
}

/** Empties a mental model, without a trace in its history. @throws EngineError `not_found`, also when there is no such bank */
export async function clearMentalModel(
  context: EngineContext,
  address: BankAddress,
  id: string,
): Promise<MentalModelRow> {
  const { database } = context;
  const bank = await findBank(database, address);
  if (!bank) throw modelNotFound(id);
  for (;;) {
    const seen = await findMentalModel(database, bank.bankKey, id);
    if (!seen) throw modelNotFound(id);
    const embedding = await embedMentalModel(context, { name: seen.name, content: "" });
    const cleared = await database.transaction(async (tx) => {
      const current = await lockMentalModel(tx, bank.bankKey, id);
      if (!current) throw modelNotFound(id);
      return current.name === seen.name ? clearRow(tx, bank.bankKey, id, embedding) : undefined;
    });
    if (cleared) return cleared;
  }
}

/** What refreshes replaced, newest first. @throws EngineError `not_found`, also when there is no such bank */
export async function mentalModelHistory(
  { database }: EngineContext,
  address: BankAddress,
  id: string,
): Promise<MentalModelHistoryRow[]> {
  const bank = await findBank(database, address);
  if (!bank || !(await findMentalModel(database, bank.bankKey, id))) throw modelNotFound(id);
  return listMentalModelHistory(database, bank.bankKey, id);
}

/**
 * Queues a refresh that a caller asks for.
 * @throws EngineError `invalid_value` without a model; `not_found`, also when there is no such bank
 */
export async function requestRefresh(
  { database, clock, reflectLlm }: EngineContext,
  address: BankAddress,
  id: string,
  mode: "full" | undefined,
): Promise<string> {
  if (reflectLlm === null) throw needsModel("A mental model cannot be refreshed");
  return database.transaction(async (tx) => {
    const bank = await findBankForUpdate(tx, address);
    const model = bank && (await findMentalModel(tx, bank.bankKey, id));
    if (!bank || !model) throw modelNotFound(id);
    requireQuery(model);
    return queueRefresh(tx, bank, { id, name: model.name }, { now: clock.now(), mode });
  });
}

export function modelNotFound(id: string): EngineError {
  return new EngineError("not_found", `Mental model '${id}' not found`);
}

function needsModel(what: string): EngineError {
  return new EngineError(
    "invalid_value",
    `${what}: that requires an LLM provider, and the server runs with provider \`none\`.`,
  );
}
