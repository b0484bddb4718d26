import { findBank } from "../../store/banks.ts";
import {
  type EntityPair,
  findEntity,
  type ListedEntity,
  listEntityPairs,
  listEntities as listEntityRows,
} from "../../store/entity-list.ts";
import { requireBank } from "../banks/banks.ts";
import type { EngineContext } from "../context.ts";
import { EngineError } from "../errors.ts";
import { tagFilterOf } from "../tags/tag-filter-of.ts";
import type { BankAddress, TagRequest } from "../types.ts";

export type { EntityPair, ListedEntity };

/**
 * A page of a bank's entities, those with the most mentions first, and how many there are. Under a tag filter only the
 * memories that pass it count.
 * @throws EngineError `bank_not_found`, `unprocessable`
 */
export async function listEntities(
  context: EngineContext,
  address: BankAddress,
  request: TagRequest & { limit: number; offset: number },
): Promise<{ total: number; entities: ListedEntity[] }> {
  const { bankKey } = await requireBank(context, address);
  const tags = await tagFilterOf(context.database, bankKey, request);
  return listEntityRows(context.database, bankKey, { ...request, tags });
}

/**
 * @throws EngineError `not_found`, also where the bank does not exist, or no memory that passes the tag filter mentions it;
 * `unprocessable`
 */
export async function readEntity(
  { database }: EngineContext,
  address: BankAddress,
  entityId: string,
  request: TagRequest,
): Promise<ListedEntity> {
  const bank = await findBank(database, address);
  const tags = bank && (await tagFilterOf(database, bank.bankKey, request));
  const entity = bank && (await findEntity(database, bank.bankKey, entityId, tags));
  if (!entity) throw new EngineError("not_found", `Entity '${entityId}' not found`);
  return entity;
}

/**
 * The entities of a bank that were mentioned together most often.
 * @throws EngineError `bank_not_found`, `unprocessable`
 */
export async function entityPairs(
  context: EngineContext,
  address: BankAddress,
  request: TagRequest & { minCount: number; limit: number },
): Promise<EntityPair[]> {
  const { bankKey } = await requireBank(context, address);
  const tags = await tagFilterOf(context.database, bankKey, request);
  return listEntityPairs(context.database, bankKey, { ...request, tags });
}
