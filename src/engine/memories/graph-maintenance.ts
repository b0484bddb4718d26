import { type BankRow, findBank, findBankForUpdate } from "../../store/banks.ts";
import type { Queryable } from "../../store/database.ts";
import { deleteStaleCooccurrences, deleteUnmentioned, takeReleased } from "../../store/entity-upkeep.ts";
import { countLinks, insertLinks, type MemoryLink, nearestInTime } from "../../store/memory-links.ts";
import type { ClaimedOperation } from "../../store/operation-claims.ts";
import { listRelinks, removeRelinks } from "../../store/relink-queue.ts";
import type { EngineContext } from "../context.ts";
import type { OperationRun } from "../operations/execution.ts";
import { temporalWeight } from "../retain/links/temporal.ts";

/** Facts that are linked anew at a time, and entities that are looked at. */
const FACTS = 50;
const ENTITIES = 1000;
/** Links that a fact has at most, by which it is filled up when it lost some. */
const SEMANTIC_LINKS = 50;
const TEMPORAL_LINKS = 20;
/** What lies farther apart is not linked anew. */
const TEMPORAL_HOURS = 24;

/**
 * Executes a graph_maintenance operation: after deletions and edits facts are linked to their neighbours again, and entities
 * that nobody mentions any more go.
 */
export async function maintainGraph(
  context: EngineContext,
  operation: ClaimedOperation,
  run: OperationRun,
): Promise<Record<string, unknown>> {
  const { database } = context;
  for (;;) {
    await run.checkpoint();
    const bank = await findBank(database, operation);
    const unitIds = bank ? await listRelinks(database, bank.bankKey, FACTS) : [];
    if (!bank || unitIds.length === 0) break;
    await relink(context, bank, unitIds);
  }
  for (let taken = ENTITIES; taken === ENTITIES; ) {
    await run.checkpoint();
    taken = await database.transaction((tx) => pruneEntities(tx, operation));
  }
  return {};
}

/** Does nothing when the bank was rewritten meanwhile: what was found then is no longer true, and is looked for again. */
async function relink(context: EngineContext, bank: BankRow, unitIds: string[]): Promise<void> {
  const { bankKey } = bank;
  const similar = await context.vectors.neighbours(bank, {
    unitIds,
    limit: SEMANTIC_LINKS,
    minSimilarity: context.settings.retain.semanticLinkMinSimilarity,
  });
  await context.database.transaction(async (tx) => {
    const locked = await findBankForUpdate(tx, bank);
    if (locked?.rewrittenAtRevision !== bank.rewrittenAtRevision) return;
    const has = await countLinks(tx, bankKey, unitIds);
    const lacks = (unitId: string, linkType: "semantic" | "temporal", most: number) =>
      (has.get(unitId)?.[linkType] ?? 0) < most;
    const near = (await nearestInTime(tx, bankKey, unitIds, TEMPORAL_LINKS)).filter(({ fromUnitId }) =>
      lacks(fromUnitId, "temporal", TEMPORAL_LINKS),
    );
    const links = [
      ...firstOfEach(near, TEMPORAL_LINKS).flatMap(({ fromUnitId, toUnitId, hours }): MemoryLink[] =>
        hours > TEMPORAL_HOURS
          ? []
          : [{ fromUnitId, toUnitId, linkType: "temporal", weight: temporalWeight(hours) }],
      ),
      ...similar.flatMap(({ unitId, neighbourId, score }): MemoryLink[] =>
        unitId === neighbourId || !lacks(unitId, "semantic", SEMANTIC_LINKS)
          ? []
          : [{ fromUnitId: unitId, toUnitId: neighbourId, linkType: "semantic", weight: score }],
      ),
    ];
    await insertLinks(tx, bankKey, links, context.clock.now());
    await removeRelinks(tx, bankKey, unitIds);
  });
}

/** Of each fact's neighbours the first ones. */
function firstOfEach<T extends { fromUnitId: string }>(neighbours: readonly T[], count: number): T[] {
  const seen = new Map<string, number>();
  return neighbours.filter(({ fromUnitId }) => {
    const before = seen.get(fromUnitId) ?? 0;
    seen.set(fromUnitId, before + 1);
    return before < count;
  });
}

/** @returns how many entities were looked at. */
async function pruneEntities(tx: Queryable, operation: ClaimedOperation): Promise<number> {
  const bank = await findBankForUpdate(tx, operation);
  if (!bank) return 0;
  const entityIds = await takeReleased(tx, bank.bankKey, ENTITIES);
  await deleteUnmentioned(tx, bank.bankKey, entityIds);
  await deleteStaleCooccurrences(tx, bank.bankKey, entityIds);
  return entityIds.length;
}
