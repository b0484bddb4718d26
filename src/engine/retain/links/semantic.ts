import { findBank, lockBank } from "../../../store/banks.ts";
import { insertLinks, type MemoryLink } from "../../../store/memory-links.ts";
import { removeRelinks } from "../../../store/relink-queue.ts";
import type { UnitNeighbour } from "../../../store/vectors/vector-store.ts";
import type { RetainRun } from "../run.ts";

/** Neighbours of a fact of a document's first write, the fact itself among them. */
const FIRST_WRITE_NEIGHBOURS = 20;
/** Neighbours of a fact that came to a document later: of those stored before, and of those that came with it. */
const LATER_NEIGHBOURS = 50;

/** Facts that were stored, and how: their neighbours are looked for once all can see them. */
export interface StoredFacts {
  unitIds: readonly string[];
  /** Whether they changed a document, rather than making it. */
  later: boolean;
}

/**
 * Links stored facts to their nearest in meaning. What a crash keeps from being linked stays on the queue of the graph's upkeep.
 */
export async function linkSemantically(run: RetainRun, { unitIds, later }: StoredFacts): Promise<void> {
  if (unitIds.length === 0) return;
  const { context } = run;
  const bank = await findBank(context.database, run.bank);
  // Deleted meanwhile.
  if (bank?.bankKey !== run.bank.bankKey) return;
  const found = await context.vectors.neighbours(bank, {
    unitIds,
    limit: later ? LATER_NEIGHBOURS + unitIds.length + 1 : FIRST_WRITE_NEIGHBOURS,
    minSimilarity: context.settings.retain.semanticLinkMinSimilarity,
  });
  const links = (later ? laterNeighbours(found, new Set(unitIds)) : found).map(
    ({ unitId, neighbourId, score }): MemoryLink => ({
      fromUnitId: unitId,
      toUnitId: neighbourId,
      linkType: "semantic",
      weight: score,
    }),
  );
  await context.database.transaction(async (tx) => {
    // What it links to may be going away at this moment.
    await lockBank(tx, bank.bankKey);
    await insertLinks(tx, bank.bankKey, links, context.clock.now());
    await removeRelinks(tx, bank.bankKey, unitIds);
  });
}

/** Of those that came together, and of those that were there before, each fact's nearest; never itself. */
function laterNeighbours(found: readonly UnitNeighbour[], together: ReadonlySet<string>): UnitNeighbour[] {
  const counts = new Map<string, number>();
  return found.filter(({ unitId, neighbourId }) => {
    if (unitId === neighbourId) return false;
    const key = `${unitId} ${together.has(neighbourId)}`;
    const count = (counts.get(key) ?? 0) + 1;
    counts.set(key, count);
    return count <= LATER_NEIGHBOURS;
  });
}
