import { type BankRow, findBank, findBankForUpdate } from "../../store/banks.ts";
import type { Queryable } from "../../store/database.ts";
import { deleteStaleCooccurrences, deleteUnmentioned, takeReleased } from "../../store/entity-upkeep.ts";
import { countLinks, insertLinks } from "../../store/memory-links.ts";
import type { ClaimedOperation } from "../../store/operation-claims.ts";
import { listRelinks, removeRelinks } from "../../store/relink-queue.ts";
import type { EngineContext } from "../context.ts";
import type { OperationRun } from "../queue/execution.ts";
import { linkQueued } from "../retain/links/semantic.ts";
import { semanticLink } from "../retain/links/semantic-link.ts";
import { neighboursInTime, temporalLink } from "../retain/links/temporal.ts";

/** Facts that are linked anew at a time, and entities that are looked at. */
const FACTS = 50;
const ENTITIES = 1000;
/** Links of a kind that a fact has at most, by which it is filled up when it lost some. */
const LINKS = { semantic: 50, temporal: 20 };
/** What lies farther apart is not linked anew. */
const TEMPORAL_HOURS = 24;

/**
 * Executes a graph_maintenance operation: facts that were stored and could not be linked are, after deletions and edits facts
 * are linked to their neighbours again, and entities that nobody mentions any more go.
 */
export async function maintainGraph(
  context: EngineContext,
  operation: ClaimedOperation,
  run: OperationRun,
): Promise<Record<string, unknown>> {
  const { database } = context;
  await linkQueued(context, operation.bankKey);
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
  const has = await countLinks(context.database, bankKey, unitIds);
  const lacking = (type: keyof typeof LINKS) =>
    unitIds.filter((unitId) => (has.get(unitId)?.[type] ?? 0) < LINKS[type]);
  const similar = await context.vectors.neighbours(bank, {
    seeds: lacking("semantic").map((unitId) => ({ unitId, beforePosition: null })),
    limit: LINKS.semantic,
    minSimilarity: context.settings.retain.semanticLinkMinSimilarity,
  });
  await context.database.transaction(async (tx) => {
    const locked = await findBankForUpdate(tx, bank);
    if (locked?.rewrittenAtRevision !== bank.rewrittenAtRevision) return;
    const near = await neighboursInTime(tx, bankKey, lacking("temporal"), LINKS.temporal);
    const links = [
      ...near.filter(({ hours }) => hours <= TEMPORAL_HOURS).map(temporalLink),
      ...similar
        .filter(({ unitId, neighbourId }) => unitId !== neighbourId)
        .map(({ unitId, neighbourId, score }) => semanticLink(unitId, neighbourId, score)),
    ];
    await insertLinks(tx, bankKey, links, context.clock.now());
    await removeRelinks(tx, bankKey, unitIds);
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
