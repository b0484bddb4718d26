import type { TokenUsage } from "../../llm/types.ts";
import { ServiceError } from "../../remote/service-error.ts";
import { attachmentLoader } from "../attachments/show.ts";
import { EngineError } from "../errors.ts";
import { tagKeys } from "../labels/label-names.ts";
import { addUsage, NO_USAGE } from "../usage.ts";
import type { SourceChunk } from "./content.ts";
import { type DocumentState, hashOf } from "./document-state.ts";
import { type DocumentPlan, isAppend } from "./documents.ts";
import type { DocumentDraft } from "./draft.ts";
import type { ChunkFacts } from "./extraction.ts";
import { extractionFailed } from "./extraction-failure.ts";
import { type PreparedFact, prepareFacts } from "./facts-to-store.ts";
import { dateOf, filenamesOf } from "./item-source.ts";
import { pairsOf, type SimilarPair } from "./links/similar-pairs.ts";
import type { RetainRun } from "./run.ts";
import { planWrite, type WriteKind, type WritePlan } from "./write-plan.ts";

/** Chunks with the facts that were drawn from them; names and dates of one batch do not speak for one another. */
export interface FactBatch {
  chunks: SourceChunk[];
  facts: PreparedFact[];
  /** One per fact. */
  vectors: Float32Array[];
}

/** A run of a document's chunks that is ready to be written. */
export interface DraftWrite {
  kind: WriteKind;
  /** Indexes of the chunks that go, with their facts. */
  removed: number[];
  batches: FactBatch[];
  /** Facts of the only batch that are alike, by their places in it. */
  pairs: SimilarPair[];
  /** How many chunks the run has, and how many of them had to be extracted. */
  chunkCount: number;
  extractedCount: number;
}

/**
 * Extracts and embeds one run of a document.
 * @param state what the document holds before the write; afterwards what it will hold then.
 */
export async function draftWrite(
  run: RetainRun,
  draft: DocumentDraft,
  number: number,
  state: DocumentState,
): Promise<{ write: DraftWrite; usage: TokenUsage }> {
  const { plan, content, contentHash } = draft;
  const chunks = content.runs[number] ?? [];
  const isWhole = plan.isOversized && !isAppend(plan.items);
  const write = planWrite(
    {
      chunks,
      isFirst: number === 0,
      all: isWhole ? content.runs.flat() : chunks,
      contentHash,
      isOversized: plan.isOversized,
      force: plan.items.some(({ forceReextract }) => forceReextract),
    },
    state,
  );
  const asked = write.kind === "change" ? ofSource(write.chunks, draft) : write.chunks;
  const answers = await extractAll(run, plan, asked);
  const batches = batchesOf(run, write, answers, draft);
  run.signal?.throwIfAborted();
  const embedded = await embedBatches(run, batches);
  moveState(state, write, embedded, contentHash);
  const { semanticLinkMinSimilarity } = run.context.settings.retain;
  return {
    write: {
      kind: write.kind,
      removed: write.removed,
      batches: embedded,
      pairs:
        write.kind === "change" ? await pairsOf(embedded[0]?.vectors ?? [], semanticLinkMinSimilarity) : [],
      chunkCount: chunks.length,
      extractedCount: write.chunks.length,
    },
    usage: answers.reduce((sum, { usage }) => addUsage(sum, usage), NO_USAGE),
  };
}

/** What is extracted because a document changed is read as the first item's, wherever it stands. */
function ofSource(chunks: readonly SourceChunk[], { content }: DocumentDraft): SourceChunk[] {
  return chunks.map((chunk) => ({ ...chunk, item: content.source }));
}

/** All chunks at once: the model's client bounds how many calls are made at a time. */
async function extractAll(
  run: RetainRun,
  { documentId, items }: DocumentPlan,
  chunks: readonly SourceChunk[],
): Promise<ChunkFacts[]> {
  const { database, clock } = run.context;
  const now = clock.now();
  const loadAttachments = attachmentLoader(database, run.bank.bankKey, documentId, filenamesOf(items));
  // All calls are waited for, also when one fails: none goes on behind the back of whoever gets the error.
  const outcomes = await Promise.allSettled(
    chunks.map(({ text, item }) => {
      const { context, metadata } = item;
      const date = dateOf(item.timestamp, now);
      return run.extractor.extract({ text, date, context, metadata, loadAttachments }, run.signal);
    }),
  );
  run.signal?.throwIfAborted();
  const answers = outcomes.flatMap((outcome) => (outcome.status === "fulfilled" ? outcome.value : []));
  if (answers.length < chunks.length) throw extractionFailed(outcomes);
  return answers;
}

/** What a changed document gets is one batch. Otherwise so many chunks are one, and go with it when none has a fact. */
function batchesOf(
  run: RetainRun,
  { kind, chunks }: WritePlan,
  answers: readonly ChunkFacts[],
  draft: DocumentDraft,
): Omit<FactBatch, "vectors">[] {
  if (kind === "relabel") return [];
  const batches: Omit<FactBatch, "vectors">[] = [];
  const size = kind === "change" ? Math.max(chunks.length, 1) : run.settings.retainChunkBatchSize;
  for (let start = 0; start < chunks.length; start += size) {
    const read = answers.slice(start, start + size);
    if (kind !== "change" && read.every(({ facts }) => facts.length === 0)) continue;
    const ofBatch = chunks.slice(start, start + size);
    batches.push({ chunks: ofBatch, facts: factsOf(run, kind, ofBatch, read, draft) });
  }
  return batches;
}

function factsOf(
  run: RetainRun,
  kind: WriteKind,
  chunks: readonly SourceChunk[],
  answers: readonly ChunkFacts[],
  { content }: DocumentDraft,
): PreparedFact[] {
  const now = run.context.clock.now();
  const keys = tagKeys(run.settings.labels);
  const defaultScopes = run.mode === "chunks" ? null : run.settings.defaultObservationScopes;
  const prepared: PreparedFact[] = [];
  let firstNumber = 0;
  for (const [index, chunk] of chunks.entries()) {
    const facts = answers[index]?.facts ?? [];
    const item = kind === "change" ? content.source : chunk.item;
    prepared.push(
      ...prepareFacts(facts, {
        item,
        date: dateOf(item.timestamp, now),
        chunkIndex: chunk.index,
        chunkText: chunk.text,
        tagKeys: keys,
        observationScopes: item.observationScopes ?? defaultScopes,
        firstNumber,
      }),
    );
    if (kind === "change") firstNumber += facts.length;
  }
  return prepared;
}

async function embedBatches(
  run: RetainRun,
  batches: readonly Omit<FactBatch, "vectors">[],
): Promise<FactBatch[]> {
  const texts = batches.flatMap(({ facts }) => facts.map(({ embeddingText }) => embeddingText));
  const vectors = texts.length > 0 ? await embed(run, texts) : [];
  if (vectors.length < texts.length) throw new Error("The embedder returned fewer vectors than texts");
  let start = 0;
  return batches.map((batch) => {
    const own = vectors.slice(start, start + batch.facts.length);
    start += batch.facts.length;
    return { ...batch, vectors: own };
  });
}

async function embed(run: RetainRun, texts: string[]): Promise<Float32Array[]> {
  try {
    return await run.context.embedder.embed(texts, { signal: run.signal });
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    const text = `Failed to generate batch embeddings: ${error.message}`;
    throw new EngineError("service_failed", text, { cause: error });
  }
}

function moveState(
  state: DocumentState,
  { kind, removed }: WritePlan,
  batches: readonly FactBatch[],
  contentHash: string,
): void {
  state.contentHash = contentHash;
  if (kind === "replace") state.chunks.clear();
  for (const index of removed) state.chunks.delete(index);
  for (const { chunks } of batches) {
    for (const { index, text } of chunks) state.chunks.set(index, hashOf(text));
  }
}
