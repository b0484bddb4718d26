import type { TokenUsage } from "../../llm/types.ts";
import { ServiceError } from "../../remote/service-error.ts";
import { findDocument } from "../../store/documents.ts";
import { EngineError } from "../errors.ts";
import type { RetainItem } from "../types.ts";
import { addUsage, NO_USAGE } from "../usage.ts";
import { appendItems, joinItems } from "./append.ts";
import { chunkText } from "./chunking.ts";
import type { DocumentPlan } from "./documents.ts";
import type { ChunkFacts } from "./extraction.ts";
import { extractionFailed } from "./extraction-failure.ts";
import { type PreparedFact, prepareFacts } from "./facts-to-store.ts";
import { dateOf } from "./item-source.ts";
import type { Moment } from "./moment.ts";
import type { RetainRun } from "./run.ts";

/** A document that is ready to be stored. */
export interface DocumentDraft {
  plan: DocumentPlan;
  text: string;
  /** Empty when no facts were found at all: such a document is stored without its chunks. */
  chunks: string[];
  facts: PreparedFact[];
  /** One per fact. */
  vectors: Float32Array[];
  usage: TokenUsage;
  /** The stored document's revision that was appended to; null: there was none. undefined: nothing is appended. */
  appendsTo: string | null | undefined;
}

interface DraftChunk {
  text: string;
  item: RetainItem;
  date: Moment | null;
}

/**
 * Chunks a document, extracts its facts and embeds them. Nothing is stored.
 * @throws EngineError `llm_failed` when the facts of a chunk could not be extracted, `service_failed` when embedding failed.
 */
export async function draftDocument(run: RetainRun, plan: DocumentPlan): Promise<DocumentDraft> {
  const { content, appendsTo } = await loadContent(run, plan);
  const limits = {
    chunkSize: run.settings.retainChunkSize,
    structuredChunkSize: run.settings.retainStructuredChunkSize,
  };
  const now = run.context.clock.now();
  const chunks = content.parts.flatMap((item): DraftChunk[] =>
    chunkText(item.content, limits).map((text) => ({ text, item, date: dateOf(item.timestamp, now) })),
  );
  const extracted = await extractAll(run, chunks);
  const facts = extracted.flatMap((answer, chunkIndex) => {
    const chunk = chunks[chunkIndex];
    return chunk ? prepareFacts(answer.facts, { item: chunk.item, date: chunk.date, chunkIndex }) : [];
  });
  run.signal?.throwIfAborted();
  const vectors = await embedFacts(run, facts);
  return {
    plan,
    text: content.text,
    chunks: extracted.some((answer) => answer.facts.length > 0) ? chunks.map((chunk) => chunk.text) : [],
    facts,
    vectors,
    usage: extracted.reduce((sum, answer) => addUsage(sum, answer.usage), NO_USAGE),
    appendsTo,
  };
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

async function loadContent(run: RetainRun, { documentId, items }: DocumentPlan) {
  if (documentId === undefined || !items.some((item) => item.updateMode === "append")) {
    return { content: joinItems(items), appendsTo: undefined };
  }
  const stored = await findDocument(run.context.database, run.bank.bankKey, documentId);
  if (!stored) return { content: joinItems(items), appendsTo: null };
  return { content: appendItems(stored, items), appendsTo: stored.revision };
}

/** All chunks at once: the model's client bounds how many calls are made at a time. */
async function extractAll(run: RetainRun, chunks: readonly DraftChunk[]): Promise<ChunkFacts[]> {
  // All calls are waited for, also when one fails: none goes on behind the back of whoever gets the error.
  const outcomes = await Promise.allSettled(
    chunks.map(({ text, item, date }) =>
      run.extractor.extract({ text, date, context: item.context, metadata: item.metadata }, run.signal),
    ),
  );
  run.signal?.throwIfAborted();
  const answers = outcomes.flatMap((outcome) => (outcome.status === "fulfilled" ? outcome.value : []));
  if (answers.length < chunks.length) throw extractionFailed(outcomes);
  return answers;
}
