import { loadDates } from "../../../store/temporal-links.ts";
import type { DateWindow } from "../../../store/vectors/date-window.ts";
import type { ArmHit, ArmInput } from "./arm.ts";
import { spreadOverWindow } from "./entry-points.ts";
import { proximity } from "./proximity.ts";
import { walk } from "./temporal-walk.ts";

/** The most similar facts in the window that are considered, for each type. */
const POOL = 60;
/** The proximity of a fact without a date: such a fact can only have been in the window for another writer. */
const UNDATED = 0.5;

/** Facts of a time: those in the window, and those near them in time. Each type's list is in the order in which it was found. */
export async function temporalArm(input: ArmInput, window: DateWindow): Promise<ArmHit[]> {
  const { database, vectors, settings } = input.context;
  const pool = await vectors.search(input.bank, {
    vector: input.vector,
    factTypes: input.factTypes,
    limit: POOL,
    minSimilarity: settings.recall.temporalMinSimilarity,
    tags: input.tags,
    writes: input.writes,
    window,
  });
  const dates = await loadDates(
    database,
    input.bank.bankKey,
    pool.map(({ unitId }) => unitId),
  );
  const dated = pool.flatMap((fact) => {
    const own = dates.get(fact.unitId);
    return own ? [{ ...fact, ...own }] : [];
  });
  const entries = input.factTypes.flatMap((type) =>
    spreadOverWindow(
      dated.filter(({ factType }) => factType === type),
      window,
    ).map((fact): ArmHit => {
      const near = proximity(fact, window, UNDATED);
      const { unitId, score: similarity } = fact;
      return { unitId, factType: type, score: near, inTime: { proximity: near, similarity } };
    }),
  );
  return walk(input, window, entries);
}
