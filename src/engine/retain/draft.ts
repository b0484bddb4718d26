import type { TokenUsage } from "../../llm/types.ts";
import type { StoredDocument } from "../../store/documents.ts";
import { addUsage, NO_USAGE } from "../usage.ts";
import { type ContentOptions, composeDocument, type DocumentContent } from "./content.ts";
import { hashOf, loadDocumentState } from "./document-state.ts";
import { type DocumentPlan, isAppend } from "./documents.ts";
import { type DraftWrite, draftWrite } from "./draft-write.ts";
import type { RetainRun } from "./run.ts";

/** A document that is ready to be stored. */
export interface DocumentDraft {
  plan: DocumentPlan;
  content: DocumentContent;
  contentHash: string;
  /** One after the other, in one transaction. */
  writes: DraftWrite[];
  usage: TokenUsage;
  /** What was stored when the draft was made; undefined: nothing was. */
  base: StoredDocument | undefined;
}

/**
 * Chunks a document, extracts the facts of what is not stored yet, and embeds them. Nothing is stored.
 * @throws EngineError `llm_failed` when the facts of a chunk could not be extracted, `service_failed` when embedding failed.
 */
export async function draftDocument(run: RetainRun, plan: DocumentPlan): Promise<DocumentDraft> {
  const state = await loadDocumentState(run.context.database, run.bank.bankKey, plan.documentId);
  const appendsTo = isAppend(plan.items) ? (state.stored?.originalText ?? null) : null;
  const content = await composeDocument(plan, contentOptions(run, appendsTo));
  const draft: DocumentDraft = {
    plan,
    content,
    contentHash: hashOf(content.text),
    writes: [],
    usage: NO_USAGE,
    base: state.stored,
  };
  for (const number of content.runs.keys()) {
    const { write, usage } = await draftWrite(run, draft, number, state);
    draft.writes.push(write);
    draft.usage = addUsage(draft.usage, usage);
  }
  return draft;
}

/** Whether a draft is right whatever is stored by now: it takes the place of all of it. */
export function isIndependent({ writes, plan }: DocumentDraft): boolean {
  return writes[0]?.kind === "replace" && !isAppend(plan.items);
}

export function contentOptions({ context, settings }: RetainRun, appendsTo: string | null): ContentOptions {
  return {
    appendsTo,
    limits: {
      chunkSize: settings.retainChunkSize,
      structuredChunkSize: settings.retainStructuredChunkSize,
      maxAttachments: settings.retainMaxAttachmentsPerChunk,
    },
    budget: context.settings.retain.batchTokens,
  };
}
