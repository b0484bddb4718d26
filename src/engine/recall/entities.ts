import type { Queryable } from "../../store/database.ts";
import { loadEntities, type MemoryRow, type UnitEntity } from "../../store/recalled-rows.ts";

/** Each fact's entities by its id. An observation without entities of its own carries those of its sources. */
export async function entitiesOf(
  db: Queryable,
  bankKey: string,
  memories: readonly MemoryRow[],
): Promise<Map<string, UnitEntity[]>> {
  const ids = memories.flatMap(({ unitId, sourceMemoryIds }) => [unitId, ...sourceMemoryIds]);
  const stored = await loadEntities(db, bankKey, ids);
  return new Map(
    memories.map(({ unitId, sourceMemoryIds }) => {
      const own = stored.get(unitId);
      if (own) return [unitId, own];
      const inherited = sourceMemoryIds.flatMap((id) => stored.get(id) ?? []);
      return [unitId, [...new Map(inherited.map((entity) => [entity.entityId, entity])).values()]];
    }),
  );
}
