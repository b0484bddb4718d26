import type { TokenUsage } from "../../llm/types.ts";
import { ServiceError } from "../../remote/service-error.ts";
import { attachmentLoader } from "../attachments/show.ts";
import { EngineError } from "../errors.ts";
import { addUsage, NO_USAGE } from "../usage.ts";
import { type DraftChunk, planContent } from "./content.ts";
import type { DocumentPlan } from "./documents.ts";
import type { ChunkFacts } from "./extraction.ts";
import { extractionFailed } from "./extraction-failure.ts";
import { type PreparedFact, prepareFacts } from "./facts-to-store.ts";
import { dateOf, filenamesOf } from "./item-source.ts";
import { tagKeys } from "./labels/label-names.ts";
import type { RetainRun } from "./run.ts";

/** A document that is ready to be stored. */
export interface DocumentDraft {
  plan: DocumentPlan;
  text: string;
  /** All that the document is to hold; empty when no facts were found at all: it is then stored without its chunks. */
  chunks: DraftChunk[];
  /** Those of them that it holds already, with their facts. None: whatever it holds is replaced. */
  kept: ReadonlySet<number>;
  facts: PreparedFact[];
  /** One per fact. */
  vectors: Float32Array[];
  usage: TokenUsage;
  /** The stored document's revision that was read; null: there was none. */
  readRevision: string | null;
}

/**
 * Chunks a document, extracts the facts of the chunks that are new, and embeds them. Nothing is stored.
 * @throws EngineError `llm_failed` when the facts of a chunk could not be extracted, `service_failed` when embedding failed.
 */
export async function draftDocument(run: RetainRun, plan: DocumentPlan): Promise<DocumentDraft> {
  const { text, chunks, kept, readRevision } = await planContent(run, plan);
  const isChange = kept.size > 0;
  const fresh = chunks
    .filter(({ index }) => !kept.has(index))
    .map((chunk) => (isChange ? ofFirst(run, plan, chunk) : chunk));
  const extracted = await extractAll(run, plan, fresh);
  const facts = prepareAll(fresh, extracted, { runsOn: isChange, tagKeys: tagKeys(run.settings.labels) });
  run.signal?.throwIfAborted();
  const vectors = await embedFacts(run, facts);
  const saysNothing = !isChange && extracted.every((answer) => answer.facts.length === 0);
  return {
    plan,
    text,
    chunks: saysNothing ? [] : chunks,
    kept,
    facts,
    vectors,
    usage: extracted.reduce((sum, answer) => addUsage(sum, answer.usage), NO_USAGE),
    readRevision,
  };
}

/** What a document that is there gains is read as the first item's, whichever it came from. */
function ofFirst(run: RetainRun, { items: [first] }: DocumentPlan, chunk: DraftChunk): DraftChunk {
  if (!first) return chunk;
  return { ...chunk, item: first, date: dateOf(first.timestamp, run.context.clock.now()) };
}

/** @param options.runsOn whether the facts are numbered over all chunks: those of a first write are numbered in each. */
function prepareAll(
  chunks: readonly DraftChunk[],
  extracted: readonly ChunkFacts[],
  options: { runsOn: boolean; tagKeys: ReadonlySet<string> },
): PreparedFact[] {
  let first = 0;
  return chunks.flatMap((chunk, place) => {
    const facts = extracted[place]?.facts ?? [];
    const prepared = prepareFacts(facts, {
      item: chunk.item,
      date: chunk.date,
      chunkIndex: chunk.index,
      chunkText: chunk.text,
      firstNumber: options.runsOn ? first : 0,
      tagKeys: options.tagKeys,
    });
    first += facts.length;
    return prepared;
  });
}

async function embedFacts(run: RetainRun, facts: readonly PreparedFact[]): Promise<Float32Array[]> {
  if (facts.length === 0) return [];
  try {
    const texts = facts.map((fact) => fact.embeddingText);
    return await run.context.embedder.embed(texts, { signal: run.signal });
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    const text = `Failed to generate batch embeddings: ${error.message}`;
    throw new EngineError("service_failed", text, { cause: error });
  }
}

/** All chunks at once: the model's client bounds how many calls are made at a time. */
async function extractAll(
  run: RetainRun,
  { documentId, items }: DocumentPlan,
  chunks: readonly DraftChunk[],
): Promise<ChunkFacts[]> {
  const { database } = run.context;
  const loadAttachments = attachmentLoader(database, run.bank.bankKey, documentId, filenamesOf(items));
  // All calls are waited for, also when one fails: none goes on behind the back of whoever gets the error.
  const outcomes = await Promise.allSettled(
    chunks.map(({ text, item, date }) =>
      run.extractor.extract(
        { text, date, context: item.context, metadata: item.metadata, loadAttachments },
        run.signal,
      ),
    ),
  );
  run.signal?.throwIfAborted();
  const answers = outcomes.flatMap((outcome) => (outcome.status === "fulfilled" ? outcome.value : []));
  if (answers.length < chunks.length) throw extractionFailed(outcomes);
  return answers;
}
