import type { BankAddress } from "../../store/address.ts";
import { findOrCreateBank } from "../../store/banks.ts";
import type { EngineContext } from "../context.ts";
import { EngineError } from "../errors.ts";
import { newIdSeed } from "../ids.ts";
import type { OperationRun } from "../operations/execution.ts";
import type { RetainItem, RetainResult } from "../types.ts";
import { addUsage, NO_USAGE } from "../usage.ts";
import { screenPass } from "./defense/screen-pass.ts";
import { type DocumentPlan, planPasses } from "./documents.ts";
import { type DocumentDraft, draftDocument } from "./draft.ts";
import { chunkExtractor, type FactExtractor, ModelExtractor } from "./extraction.ts";
import type { RetainRun } from "./run.ts";
import { sanitizeItem } from "./sanitize.ts";
import { extractionMode, type RetainSettings } from "./settings.ts";
import { type StoredDraft, storeDocument } from "./store-document.ts";

/** How often an append starts again when others write the document meanwhile. */
const APPEND_ATTEMPTS = 4;

export interface RetainOptions {
  /** The bank's configuration, with the strategy's overrides. */
  settings: RetainSettings;
  /** The operation that this is the work of. Running it again replaces what it stored without a document id. */
  operationId?: string;
  /** Tells of the operation's progress; it throws when the operation is another run's by now. */
  note?: OperationRun["note"];
  /** Stops the work before the next model call or document. */
  signal?: AbortSignal;
}

/**
 * Stores items as documents, and the facts that they state as memory units. The items are of one strategy. A bank that does
 * not exist is made first, and stays when the extraction fails; each document is stored as a whole or not at all.
 *
 * @throws EngineError `llm_failed` when the facts could not be extracted.
 * @throws BlockedError when the bank's memory defense let nothing of a document pass; other documents are stored.
 * @throws SandboxNotOpenError when the bank would have to be made in a closed sandbox.
 */
export async function retain(
  context: EngineContext,
  address: BankAddress,
  items: readonly RetainItem[],
  options: RetainOptions,
): Promise<RetainResult> {
  const result: RetainResult = { documentIds: [], unitIds: [], usage: NO_USAGE };
  if (items.length === 0) return result;
  const bank = await findOrCreateBank(context.database, address, {
    now: context.clock.now(),
    idSeed: newIdSeed(address.bankId, context.testMode),
  });
  const { settings, operationId, signal, note } = options;
  const extractor = createExtractor(context, address, options);
  const run: RetainRun = { context, bank, settings, extractor, operationId, signal, note };
  let number = 0;
  for (const pass of await planPasses(items.map(sanitizeItem), context.settings.retain.batchTokens)) {
    const { documents, blocked } = screenPass(pass, settings.defense);
    try {
      for (const draft of await draftAll(run, documents)) {
        const { documentId, unitIds, usage } = await store(run, draft, number);
        number += 1;
        result.documentIds.push(documentId);
        for (const unitId of unitIds) result.unitIds.push(unitId);
        result.usage = addUsage(result.usage, usage);
      }
    } catch (error) {
      throw blocked ?? error;
    }
    if (blocked) throw blocked;
  }
  return result;
}

function createExtractor(
  { llm, settings: { retain: server } }: EngineContext,
  { sandboxId, bankId }: BankAddress,
  { settings, operationId }: RetainOptions,
): FactExtractor {
  const mode = extractionMode(settings, llm !== null);
  if (llm === null || mode === "chunks") return chunkExtractor;
  const attribution = { sandboxId, bankId, operationId };
  return new ModelExtractor(llm, { mode, settings, server, attribution });
}

/** Waits for all drafts, also when one fails, so that none goes on unseen. */
async function draftAll(run: RetainRun, pass: readonly DocumentPlan[]): Promise<DocumentDraft[]> {
  const outcomes = await Promise.allSettled(pass.map((plan) => draftDocument(run, plan)));
  return outcomes.map((outcome) => {
    if (outcome.status === "rejected") throw outcome.reason;
    return outcome.value;
  });
}

/** Stores a draft. Who comes too late to replace a document has lost; an append is drafted again. */
async function store(run: RetainRun, first: DocumentDraft, number: number) {
  let draft = first;
  let usage = first.usage;
  const { documentId = "", items } = first.plan;
  const appends = items.some((item) => item.updateMode === "append");
  for (let attempt = 1; attempt <= APPEND_ATTEMPTS; attempt += 1) {
    run.signal?.throwIfAborted();
    const stored: StoredDraft | "stale" = await storeDocument(run, draft, number);
    if (stored !== "stale") return { ...stored, usage };
    if (!appends) return { documentId, unitIds: [], usage };
    draft = await draftDocument(run, draft.plan);
    usage = addUsage(usage, draft.usage);
  }
  throw new EngineError(
    "append_conflict",
    `Document '${first.plan.documentId}' was written by others ${APPEND_ATTEMPTS} times while it was appended to`,
  );
}
