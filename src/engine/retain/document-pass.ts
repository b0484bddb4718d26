import type { TokenUsage } from "../../llm/types.ts";
import { BankGoneError, DatabaseUnavailableError, EngineError } from "../errors.ts";
import { derivedUuid } from "../ids.ts";
import { ClaimLostError, OperationCancelledError } from "../queue/execution.ts";
import { addUsage } from "../usage.ts";
import { composeDocument } from "./content.ts";
import { screenPass } from "./defense/screen-pass.ts";
import { type DocumentPlan, isAppend } from "./documents.ts";
import { contentOptions, type DocumentDraft, draftDocument } from "./draft.ts";
import { linkStored } from "./links/semantic.ts";
import type { RetainRun } from "./run.ts";
import { type StoredDraft, storeDocument } from "./store-document.ts";

/** Documents that are extracted at a time. */
const WIDTH = 8;
/** How often a document is drafted when others write it meanwhile. */
const ATTEMPTS = 4;

/** Hears of every document of a pass in turn: what was asked of the model for it, and what was stored, if anything. */
type OnDocument = (usage: TokenUsage, stored: StoredDraft | undefined) => void;

/**
 * Extracts and stores the documents of a pass. They are extracted several at a time and stored in their order, so that what
 * is linked with what does not depend on which comes first. One that fails keeps no other from being stored.
 *
 * @param number the place of the pass in its retain.
 * @throws what kept the first one from being stored; a memory defense before all else.
 */
export async function runPass(
  run: RetainRun,
  pass: readonly DocumentPlan[],
  number: number,
  onDocument: OnDocument,
): Promise<void> {
  const { documents: screened, blocked } = screenPass(pass, run.settings.defense);
  const documents = (
    await Promise.all(screened.map((plan, place) => withIds(run, plan, number, place)))
  ).flat();
  await run.tracker?.reached(documents.flatMap(({ documentId }) => documentId ?? []));
  const appended = documents.filter(({ items }) => isAppend(items));
  const keys = appended.map(({ documentId }) => `${run.bank.bankKey}/${documentId}`);
  const failed = await run.context.appends.run(keys, run.signal, () =>
    storeInTurn(run, documents, onDocument),
  );
  if (blocked ?? failed) throw blocked ?? failed;
}

/**
 * Gives a plan of an operation the document's id: a function of the operation, so that running it again finds what it stored
 * before. Without either id, every run of an oversized item's chunks is a document of its own.
 */
async function withIds(
  run: RetainRun,
  plan: DocumentPlan,
  pass: number,
  place: number,
): Promise<DocumentPlan[]> {
  const { operationId, bank } = run;
  if (plan.documentId !== undefined) return [plan];
  if (operationId !== undefined) {
    return [{ ...plan, documentId: derivedUuid(bank.idSeed, "document", operationId, pass, place) }];
  }
  if (!plan.isOversized) return [plan];
  const { runs } = await composeDocument(plan, contentOptions(run, null));
  return runs.map((onlyRun) => ({ ...plan, isOversized: false, onlyRun }));
}

/**
 * @returns why the first of those that failed did.
 * @throws what keeps the whole pass from going on. The model is asked for no other document then.
 */
async function storeInTurn(
  retain: RetainRun,
  documents: readonly DocumentPlan[],
  onDocument: OnDocument,
): Promise<unknown> {
  const drafts = new Map<number, Promise<Drafted>>();
  const unitIds: string[] = [];
  const ending = new AbortController();
  const signals = [ending.signal, ...(retain.signal ? [retain.signal] : [])];
  const run = { ...retain, signal: AbortSignal.any(signals) };
  let begun = 0;
  let failed: unknown;
  try {
    for (const [index, plan] of documents.entries()) {
      for (const next of documents.slice(begun, index + WIDTH))
        drafts.set(begun++, settled(draftDocument(run, next)));
      const drafted = await drafts.get(index);
      drafts.delete(index);
      run.signal.throwIfAborted();
      try {
        if (!drafted || "error" in drafted) throw drafted?.error;
        const { usage, stored } = await storeDrafted(run, plan, drafted.draft);
        onDocument(usage, stored);
        for (const { unitIds: ofRun } of stored?.runs ?? []) for (const id of ofRun) unitIds.push(id);
      } catch (error) {
        run.signal.throwIfAborted();
        if (endsPass(error)) throw error;
        failed ??= error;
      }
    }
  } finally {
    ending.abort();
    // None goes on behind the back of whoever gets the error.
    await Promise.all(drafts.values());
    if (unitIds.length > 0) await linkStored(run.context, run.bank, unitIds);
  }
  return failed;
}

/** Whether what failed is not one document: the run may store nothing more, or there is nothing to store it in. */
function endsPass(error: unknown): boolean {
  return [ClaimLostError, OperationCancelledError, DatabaseUnavailableError, BankGoneError].some(
    (kind) => error instanceof kind,
  );
}

type Drafted = { draft: DocumentDraft } | { error: unknown };

function settled(draft: Promise<DocumentDraft>): Promise<Drafted> {
  return draft.then(
    (value) => ({ draft: value }),
    (error: unknown) => ({ error }),
  );
}

/** Stores a draft. One whose document was written meanwhile is drafted again, as far as it rests on what was stored. */
async function storeDrafted(
  run: RetainRun,
  plan: DocumentPlan,
  first: DocumentDraft,
): Promise<{ usage: TokenUsage; stored: StoredDraft | undefined }> {
  let draft = first;
  let usage = first.usage;
  for (let attempt = 1; ; attempt += 1) {
    const stored = await storeDocument(run, draft);
    if (stored === "superseded") return { usage, stored: undefined };
    if (stored !== "outdated") return { usage, stored };
    if (attempt === ATTEMPTS) break;
    draft = await draftDocument(run, plan);
    usage = addUsage(usage, draft.usage);
  }
  throw new EngineError(
    "append_conflict",
    `Document '${plan.documentId}' was written by others ${ATTEMPTS} times while it was written`,
  );
}
