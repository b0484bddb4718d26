import { type BankRow, findBankByKey, lockBank } from "../../../store/banks.ts";
import {
  banksWithQueuedLinks,
  listQueuedLinks,
  type QueuedLinks,
  removeQueuedLinks,
} from "../../../store/link-queue.ts";
import { insertLinks, type MemoryLink } from "../../../store/memory-links.ts";
import type { EngineContext } from "../../context.ts";
import { groupBy } from "../../group-by.ts";
import { queueGraphMaintenance } from "../../queue/maintenance.ts";
import { semanticLink } from "./semantic-link.ts";

/** How many of the bank's facts a new one is linked to: itself among them in a first write. */
export const FIRST_WRITE_NEIGHBOURS = 20;
export const CHANGE_NEIGHBOURS = 50;

/** Facts that are linked in one transaction. */
const BATCH = 500;

/**
 * Links stored facts to those that mean nearly the same, as far as they are queued for it. Each looks no further than what was
 * there when it was stored, so that it does not matter when this runs, or whether others do it at the same time.
 *
 * @param unitIds undefined: all that are queued in the bank.
 */
export async function linkQueued(
  context: EngineContext,
  bankKey: string,
  unitIds?: readonly string[],
): Promise<void> {
  const queued = await listQueuedLinks(context.database, bankKey, unitIds);
  for (let start = 0; start < queued.length; start += BATCH) {
    await linkBatch(context, bankKey, queued.slice(start, start + BATCH));
  }
}

/** Links facts that have just been stored. What cannot be linked now is left to the upkeep of the graph: it is stored all the same. */
export async function linkStored(
  context: EngineContext,
  bank: BankRow,
  unitIds: readonly string[],
): Promise<void> {
  try {
    await linkQueued(context, bank.bankKey, unitIds);
  } catch (error) {
    const details = { bankKey: bank.bankKey, error: String(error) };
    context.logger.log("warning", "stored facts could not be linked yet", details);
    await leaveToUpkeep(context, bank);
  }
}

/** Has linked what a server left behind that ended before it could. */
export async function linkLeftovers(context: EngineContext): Promise<void> {
  for (const bank of await banksWithQueuedLinks(context.database)) await leaveToUpkeep(context, bank);
}

/** Where that cannot be queued either, the next start does it. */
async function leaveToUpkeep({ database, clock, logger }: EngineContext, bank: BankRow): Promise<void> {
  try {
    await database.transaction((tx) => queueGraphMaintenance(tx, bank, clock.now()));
  } catch (error) {
    const details = { bankKey: bank.bankKey, error: String(error) };
    logger.log("warning", "stored facts wait for the next start to be linked", details);
  }
}

/** Facts that were changed, or went, while their neighbours were looked for are no longer queued. */
async function linkBatch(
  context: EngineContext,
  bankKey: string,
  batch: readonly QueuedLinks[],
): Promise<void> {
  const ids = batch.map(({ unitId }) => unitId);
  const links = await linksOf(context, bankKey, batch);
  await context.database.transaction(async (tx) => {
    // What it links to may be going away at this moment.
    await lockBank(tx, bankKey);
    const queued = new Set((await listQueuedLinks(tx, bankKey, ids)).map(({ unitId }) => unitId));
    const current = links.filter(({ fromUnitId }) => queued.has(fromUnitId));
    await insertLinks(tx, bankKey, current, context.clock.now());
    await removeQueuedLinks(tx, bankKey, ids);
  });
}

async function linksOf(
  { database, vectors, settings }: EngineContext,
  bankKey: string,
  queued: readonly QueuedLinks[],
): Promise<MemoryLink[]> {
  const bank = await findBankByKey(database, bankKey);
  if (!bank) return [];
  const links: MemoryLink[] = [];
  for (const [limit, seeds] of groupBy(queued, ({ neighbours }) => neighbours)) {
    const minSimilarity = settings.retain.semanticLinkMinSimilarity;
    const found = await vectors.neighbours(bank, { seeds, limit, minSimilarity });
    for (const { unitId, neighbourId, score } of found) {
      links.push(semanticLink(unitId, neighbourId, score));
    }
  }
  return links;
}
