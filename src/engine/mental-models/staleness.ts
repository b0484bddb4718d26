import type { Queryable } from "../../store/database.ts";
import type { MentalModelRow } from "../../store/mental-models.ts";
import { matchesTags } from "../../store/tag-filter.ts";
import { listMissingUnits, listWrittenSince } from "../../store/written-since.ts";
import { memoryEntries, readBasedOn } from "./based-on.ts";
import { staleningFilter } from "./scope.ts";
import { storedTrigger } from "./trigger.ts";

type Model = Pick<MentalModelRow, "mentalModelId" | "tags" | "trigger" | "seenRevision">;

/** The ids of those mental models whose memories were written to since their last refresh. */
export async function listStale(
  db: Queryable,
  bankKey: string,
  models: readonly Model[],
): Promise<Set<string>> {
  if (models.length === 0) return new Set();
  const oldest = Math.min(...models.map(({ seenRevision }) => Number(seenRevision)));
  const written = await listWrittenSince(db, bankKey, String(oldest));
  const stale = models.filter(({ tags, trigger: stored, seenRevision }) => {
    const trigger = storedTrigger(stored);
    const filter = staleningFilter({ tags, trigger });
    return written.some(
      (units) =>
        Number(units.revision) > Number(seenRevision) &&
        (!trigger.fact_types || trigger.fact_types.includes(units.factType)) &&
        (!filter || matchesTags(filter, units.tags)),
    );
  });
  return new Set(stale.map(({ mentalModelId }) => mentalModelId));
}

/** The ids of those mental models that are stale, or rest on a memory that is gone. */
export async function listOutOfDate(
  db: Queryable,
  bankKey: string,
  models: readonly MentalModelRow[],
): Promise<Set<string>> {
  const stale = await listStale(db, bankKey, models);
  const others = models.filter(({ mentalModelId }) => !stale.has(mentalModelId));
  return new Set([...stale, ...(await listUngrounded(db, bankKey, others))]);
}

/** The ids of those mental models that rest on a memory that is gone. */
export async function listUngrounded(
  db: Queryable,
  bankKey: string,
  models: readonly Pick<MentalModelRow, "mentalModelId" | "reflectResponse">[],
): Promise<Set<string>> {
  const cited = models.map(({ mentalModelId, reflectResponse }) => ({
    mentalModelId,
    ids: memoryEntries(readBasedOn(reflectResponse)).map(({ id }) => id),
  }));
  const asked = [...new Set(cited.flatMap(({ ids }) => ids))];
  const gone = new Set(asked.length > 0 ? await listMissingUnits(db, bankKey, asked) : []);
  return new Set(
    cited.flatMap(({ mentalModelId, ids }) => (ids.some((id) => gone.has(id)) ? [mentalModelId] : [])),
  );
}
