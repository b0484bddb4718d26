import { type BankRow, findBank, findBankForUpdate } from "../../store/banks.ts";
import { insertLinks, type MemoryLink, nearestInTime } from "../../store/memory-links.ts";
import type { ClaimedOperation } from "../../store/operation-claims.ts";
import { listRelinks, removeRelinks } from "../../store/relink-queue.ts";
import { deleteUnmentionedEntities } from "../../store/unit-removal.ts";
import type { EngineContext } from "../context.ts";
import type { OperationRun } from "../operations/execution.ts";
import { temporalWeight } from "../retain/links/temporal.ts";

/** Facts that are linked anew at a time. */
const BATCH = 100;
/** What a fact that lost links is linked to again: its nearest in meaning, and on each side its nearest in time. */
const SEMANTIC_NEIGHBOURS = 20;
const TEMPORAL_NEIGHBOURS_PER_SIDE = 1;

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
    const unitIds = bank ? await listRelinks(database, bank.bankKey, BATCH) : [];
    if (!bank || unitIds.length === 0) break;
    await relink(context, bank, unitIds);
  }
  await deleteUnmentionedEntities(database, operation.bankKey);
  return {};
}

/** Does nothing when the bank was rewritten meanwhile: what was found then is no longer true, and is looked for again. */
async function relink(context: EngineContext, bank: BankRow, unitIds: string[]): Promise<void> {
  const semantic = await context.vectors.neighbours(bank, {
    unitIds,
    // Each is its own nearest.
    limit: SEMANTIC_NEIGHBOURS + 1,
    minSimilarity: context.settings.retain.semanticLinkMinSimilarity,
  });
  await context.database.transaction(async (tx) => {
    const locked = await findBankForUpdate(tx, bank);
    if (locked?.rewrittenAtRevision !== bank.rewrittenAtRevision) return;
    const temporal = await nearestInTime(tx, bank.bankKey, unitIds, TEMPORAL_NEIGHBOURS_PER_SIDE);
    const links = [
      ...semantic
        .filter(({ unitId, neighbourId }) => unitId !== neighbourId)
        .map(
          ({ unitId, neighbourId, score }): MemoryLink => ({
            fromUnitId: unitId,
            toUnitId: neighbourId,
            linkType: "semantic",
            weight: score,
          }),
        ),
      ...temporal.map(
        ({ fromUnitId, toUnitId, hours }): MemoryLink => ({
          fromUnitId,
          toUnitId,
          linkType: "temporal",
          weight: temporalWeight(hours),
        }),
      ),
    ];
    await insertLinks(tx, bank.bankKey, links, context.clock.now());
    await removeRelinks(tx, bank.bankKey, unitIds);
  });
}
