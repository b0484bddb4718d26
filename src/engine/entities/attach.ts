import type { BankRow } from "../../store/banks.ts";
import type { Queryable } from "../../store/database.ts";
import { addMentions, findEntitiesByName, insertUnitEntities } from "../../store/entities.ts";
import type { EngineContext } from "../context.ts";
import { derivedUuid } from "../ids.ts";

/** Ties a unit to the entities that names stand for. It counts no mention: an entity that is new has none. */
export async function attachEntities(
  _context: EngineContext,
  tx: Queryable,
  bank: BankRow,
  attached: { unitId: string; names: readonly string[]; date: Date; resolve: boolean },
): Promise<void> {
  const { unitId, names, date } = attached;
  if (names.length === 0) return;
  const known = await findEntitiesByName(tx, bank.bankKey, names);
  const entities = known.map(({ key, entityId }, index) => ({
    entityId: entityId ?? derivedUuid(bank.idSeed, "entity", key),
    canonicalName: names[index] ?? "",
    isNew: entityId === null,
  }));
  const fresh = entities.filter(({ isNew }) => isNew);
  if (fresh.length > 0) {
    const mentions = fresh.map(({ entityId, canonicalName }) => ({
      entityId,
      canonicalName,
      count: 0,
      firstSeen: date,
      lastSeen: date,
    }));
    await addMentions(tx, bank.bankKey, mentions);
  }
  const ids = [...new Set(entities.map(({ entityId }) => entityId))];
  await insertUnitEntities(
    tx,
    bank.bankKey,
    ids.map((entityId) => ({ unitId, entityId })),
  );
}
