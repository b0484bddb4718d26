import type { MemoryRow, UnitEntity } from "../../store/recalled-rows.ts";
import { countTokens } from "../../tokens/tokens.ts";
import type { RecallAnswer, RecalledMemory, RecallRequest, StoredMemory } from "../types.ts";
import { recallChunks } from "./chunks.ts";
import { entitiesOf } from "./entities.ts";
import type { Ordered } from "./order.ts";
import { packFacts } from "./packing.ts";
import type { RankedMemory } from "./ranking.ts";
import type { RecallRun } from "./run.ts";
import type { Found } from "./search.ts";
import { type SourceFacts, sourceFacts } from "./source-facts.ts";
import { collectTrace } from "./trace.ts";

/** Packs the ranked facts into the answer, with what the request wants along with them. */
export async function answer(run: RecallRun, found: Found, ordered: Ordered): Promise<RecallAnswer> {
  const { request, phases } = run;
  const top = ordered.kept.slice(0, 2 * run.breadth);
  // Chunks have a budget of their own: a fact that does not fit may still bring its chunk.
  const chunks = await chunksOf(run, top);
  const packed = await pack(run, top);
  const memories = packed.map(({ memory }) => memory);
  phases.add("result_serialization", 0, { results_serialized: packed.length });
  const sources = await sourcesOf(run, memories);
  const entities = await phases.measure(
    "entity_build",
    async () =>
      request.includeEntities
        ? entitiesOf(run.context.database, run.bank.bankKey, memories)
        : new Map<string, UnitEntity[]>(),
    (byUnit) => ({ entities_returned: entityIndex(byUnit)?.size ?? 0 }),
  );
  return {
    results: packed.map((one) => toResult(one, ordered.reranked, entities.get(one.memory.unitId), sources)),
    entities: entityIndex(entities),
    chunks: chunks && chunks.length > 0 ? new Map(chunks.map((chunk) => [chunk.id, chunk])) : null,
    sourceFacts: sources && { facts: sources.facts.map(toStoredMemory), truncated: sources.truncated },
    trace: request.trace ? await collectTrace(run, found, ordered, packed) : null,
  };
}

async function chunksOf({ context, bank, request, tags, phases }: RecallRun, top: readonly RankedMemory[]) {
  const { includeChunks } = request;
  if (!includeChunks) return null;
  const { chunks } = await phases.measure(
    "chunk_fetch",
    async () => {
      const memories = top.map(({ memory }) => memory);
      const options = { maxTokens: includeChunks.maxTokens, tags };
      const chunks = await recallChunks(context.database, bank.bankKey, memories, options);
      const isCut = chunks.some(({ truncated }) => truncated);
      const tokens = isCut ? includeChunks.maxTokens : await traced(request, chunks);
      return { chunks, tokens };
    },
    ({ chunks, tokens }) => ({ chunks_returned: chunks.length, chunk_tokens: tokens }),
  );
  return chunks;
}

/** How many tokens the texts have. Only a trace says so: counting takes time. */
async function traced({ trace }: RecallRequest, texts: readonly { text: string }[]): Promise<number> {
  let tokens = 0;
  if (trace) for (const { text } of texts) tokens += await countTokens(text);
  return tokens;
}

async function pack({ request, phases }: RecallRun, top: readonly RankedMemory[]): Promise<RankedMemory[]> {
  const { maxTokens } = request;
  const { facts } = await phases.measure(
    "token_filtering",
    async () => {
      const packed = await packFacts(top, ({ memory }) => memory.text, maxTokens);
      const memories = packed.facts.map(({ memory }) => memory);
      return { ...packed, tokens: await traced(request, memories) };
    },
    ({ facts, tokens, truncated }) => ({
      results_selected: facts.length,
      tokens_used: tokens,
      max_tokens: maxTokens,
      truncated,
    }),
  );
  return facts;
}

async function sourcesOf(
  { context, bank, request, phases }: RecallRun,
  memories: readonly MemoryRow[],
): Promise<SourceFacts | null> {
  const { includeSourceFacts } = request;
  if (!includeSourceFacts) return null;
  return phases.measure(
    "source_fact_fetch",
    () =>
      sourceFacts(
        context.database,
        bank.bankKey,
        memories.filter(({ factType }) => factType === "observation"),
        includeSourceFacts,
      ),
    ({ facts }) => ({ source_facts_returned: facts.length }),
  );
}

function toResult(
  { candidate, memory, base, final }: RankedMemory,
  isReranked: boolean,
  entities: readonly UnitEntity[] | undefined,
  sources: SourceFacts | null,
): RecalledMemory {
  return {
    ...toStoredMemory(memory),
    // The graph arm does not read it, and the fact is as the first arm that brought it has it.
    metadata: candidate.first.arm === "graph" ? null : memory.metadata,
    entities: entities?.length ? entities.map(({ canonicalName }) => canonicalName) : null,
    sourceFactIds: sources && memory.factType === "observation" ? memory.sourceMemoryIds : null,
    scores: {
      final,
      reranker: isReranked ? base : null,
      semantic: candidate.scores.semantic ?? null,
      keyword: candidate.scores.keyword ?? null,
    },
  };
}

function toStoredMemory(memory: MemoryRow): StoredMemory {
  return {
    id: memory.unitId,
    text: memory.text,
    type: memory.factType,
    context: memory.factType === "observation" ? null : (memory.context ?? ""),
    occurredStart: memory.occurredStart,
    occurredEnd: memory.occurredEnd,
    mentionedAt: memory.mentionedAt,
    documentId: memory.documentId,
    metadata: memory.metadata,
    chunkId: memory.chunkId,
    tags: memory.tags,
  };
}

/** By name, in the order of the results. */
function entityIndex(byUnit: ReadonlyMap<string, readonly UnitEntity[]>): RecallAnswer["entities"] {
  const index = new Map([...byUnit.values()].flat().map((entity) => [entity.canonicalName, entity]));
  return index.size > 0 ? index : null;
}
