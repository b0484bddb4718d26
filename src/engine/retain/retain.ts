import type { BankAddress } from "../../store/address.ts";
import { findOrCreateBank } from "../../store/banks.ts";
import { nextRetainNumber } from "../../store/documents.ts";
import type { EngineContext } from "../context.ts";
import { newIdSeed } from "../ids.ts";
import { queueAutomaticConsolidation } from "../queue/consolidation.ts";
import type { OperationRun } from "../queue/execution.ts";
import { sanitizeItem } from "../sanitize.ts";
import type { RetainItem, TokenUsage } from "../types.ts";
import { addUsage, NO_USAGE } from "../usage.ts";
import { runPass } from "./document-pass.ts";
import { planPasses } from "./documents.ts";
import { chunkExtractor, type FactExtractor, ModelExtractor } from "./extraction.ts";
import type { RetainRun, RetainTracker } from "./run.ts";
import { extractionMode, type RetainSettings } from "./settings.ts";
import type { StoredDraft } from "./store-document.ts";

export interface RetainOptions {
  /** The bank's configuration, with the strategy's overrides. */
  settings: RetainSettings;
  /** The operation that this is the work of. Running it again replaces what it stored without a document id. */
  operationId?: string;
  /** The place of that operation among all that was submitted; it stays the same when it runs again. */
  submitted?: string;
  tracker?: RetainTracker;
  /** A point between two passes at which a cancelled operation ends. */
  checkpoint?: OperationRun["checkpoint"];
  /** Stops the work before the next model call or document. */
  signal?: AbortSignal;
}

/** What a retain did. */
export interface RetainResult {
  /** In the order of the items. A document that a later request had written already is missing. */
  documents: StoredDraft[];
  /** Of all that was asked of the model. */
  usage: TokenUsage;
}

/**
 * Stores items as documents, and the facts that they state as memory units. The items are of one strategy. A bank that does
 * not exist is made first, and stays when the extraction fails; each document is stored as a whole or not at all.
 *
 * @throws EngineError `llm_failed` when the facts could not be extracted; other documents of the pass are stored.
 * @throws BlockedError when the bank's memory defense let nothing of a document pass; other documents are stored.
 * @throws SandboxNotOpenError when the bank would have to be made in a closed sandbox.
 */
export async function retain(
  context: EngineContext,
  address: BankAddress,
  items: readonly RetainItem[],
  options: RetainOptions,
): Promise<RetainResult> {
  const result: RetainResult = { documents: [], usage: NO_USAGE };
  if (items.length === 0) return result;
  const run = await startRun(context, address, options);
  const passes = await planPasses(items.map(sanitizeItem), context.settings.retain.batchTokens);
  try {
    for (const [number, pass] of passes.entries()) {
      await options.checkpoint?.();
      await runPass(run, pass, number, (usage, stored) => {
        result.usage = addUsage(result.usage, usage);
        if (stored) result.documents.push(stored);
      });
    }
  } catch (error) {
    if (result.documents.length > 0) await consolidateStored(run);
    throw error;
  }
  await queueConsolidationOf(run);
  return result;
}

function queueConsolidationOf({ context, bank }: RetainRun): Promise<void> {
  return context.database.transaction((tx) => queueAutomaticConsolidation(context, tx, bank));
}

/** After a failure, of which the caller is told whatever comes of this. */
async function consolidateStored(run: RetainRun): Promise<void> {
  const { context, bank } = run;
  try {
    await queueConsolidationOf(run);
  } catch (error) {
    const details = { bankKey: bank.bankKey, error: String(error) };
    context.logger.log("warning", "no consolidation could be queued for stored documents", details);
  }
}

async function startRun(
  context: EngineContext,
  address: BankAddress,
  { settings, operationId, submitted, signal, tracker }: RetainOptions,
): Promise<RetainRun> {
  const { database, clock, llm } = context;
  const bank = await findOrCreateBank(database, address, {
    now: clock.now(),
    idSeed: newIdSeed(context, address.bankId),
  });
  const mode = extractionMode(settings, llm !== null);
  const attribution = { sandboxId: address.sandboxId, bankId: address.bankId, operationId };
  const extractor: FactExtractor =
    llm === null || mode === "chunks"
      ? chunkExtractor
      : new ModelExtractor(llm, { mode, settings, server: context.settings.retain, attribution });
  const number = submitted ?? (await nextRetainNumber(database));
  return { context, bank, settings, mode, extractor, number, operationId, signal, tracker };
}
