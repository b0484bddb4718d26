import { findBank } from "../../store/banks.ts";
import {
  findMemory,
  listSources,
  type MemoryDetails,
  type SourceMemory,
} from "../../store/memory-details.ts";
import { listObservationChanges, type ObservationChange } from "../../store/observation-history.ts";
import { loadEntities } from "../../store/recalled-rows.ts";
import type { EngineContext } from "../context.ts";
import { EngineError } from "../errors.ts";
import type { BankAddress } from "../types.ts";

/** A memory with what belongs to it. */
export interface ReadMemory extends MemoryDetails {
  /** Canonical names, in alphabetical order; an observation's are those of its sources. */
  entities: string[];
  /** An observation's, the last mentioned first. */
  sources: SourceMemory[];
}

export function memoryNotFound(unitId: string): EngineError {
  return new EngineError("not_found", `Memory '${unitId}' not found`);
}

/** @throws EngineError `not_found`, also where the bank does not exist. */
export async function readMemory(
  context: EngineContext,
  address: BankAddress,
  unitId: string,
): Promise<ReadMemory> {
  const { database } = context;
  const bank = await findBank(database, address);
  const memory = bank && (await findMemory(database, bank.bankKey, unitId));
  if (!memory) throw memoryNotFound(unitId);
  const isObservation = memory.factType === "observation";
  const mentioning = isObservation ? memory.sourceMemoryIds : [unitId];
  const [entities, sources] = await Promise.all([
    loadEntities(database, bank.bankKey, mentioning),
    listSources(database, bank.bankKey, memory.sourceMemoryIds),
  ]);
  const names = new Set([...entities.values()].flat().map(({ canonicalName }) => canonicalName));
  return { ...memory, entities: [...names].sort(), sources };
}

/** A change of an observation, with what it rested on afterwards. */
export interface MemoryChangeRecord extends ObservationChange {
  sources: SourceMemory[];
}

/**
 * What a live observation was before each of its changes, in their order; facts have no history.
 * @throws EngineError `not_found`, also for what is in the archive.
 */
export async function readMemoryHistory(
  { database }: EngineContext,
  address: BankAddress,
  unitId: string,
): Promise<MemoryChangeRecord[]> {
  const bank = await findBank(database, address);
  const memory = bank && (await findMemory(database, bank.bankKey, unitId));
  if (!memory || memory.invalidatedAt) throw memoryNotFound(unitId);
  const { sourceMemoryIds } = memory;
  const changes = await listObservationChanges(database, bank.bankKey, unitId);
  const found = await listSources(database, bank.bankKey, changes.length > 0 ? sourceMemoryIds : []);
  const byId = new Map(found.map((source) => [source.unitId, source]));
  let sources = sourceMemoryIds.flatMap((id) => byId.get(id) ?? []);
  const records: MemoryChangeRecord[] = [];
  for (const change of changes.toReversed()) {
    records.unshift({ ...change, sources });
    sources = sources.filter((source) => !change.newSourceMemoryIds.includes(source.unitId));
  }
  return records;
}
