import type { BankAddress } from "../../store/address.ts";
import { loadMemories, type UnitEntity } from "../../store/recalled-rows.ts";
import { requireBank } from "../banks/banks.ts";
import type { EngineContext } from "../context.ts";
import { tagFilterOf } from "../tags/tag-filter-of.ts";
import type { RecallAnswer, RecalledMemory, RecallRequest } from "../types.ts";
import type { ArmInput } from "./arms/arm.ts";
import { keywordArm } from "./arms/keyword.ts";
import { semanticArm } from "./arms/semantic.ts";
import { recallBreadth } from "./breadth.ts";
import { recallChunks } from "./chunks.ts";
import { entitiesOf } from "./entities.ts";
import { fuse } from "./fusion.ts";
import { packFacts } from "./packing.ts";
import { cleanQuery } from "./query.ts";
import { type RankedMemory, rank } from "./ranking.ts";
import type { RecallSettings } from "./settings.ts";

/**
 * The facts of a bank that match a query, best first, as many as fit the request's budget of tokens.
 * @throws EngineError `bank_not_found`.
 */
export async function recall(
  context: EngineContext,
  address: BankAddress,
  request: RecallRequest,
  settings: RecallSettings,
): Promise<RecallAnswer> {
  // Asking for nothing is answered before the bank is looked at.
  if (request.types.length === 0) return { results: [], entities: null, chunks: null };
  const bank = await requireBank(context, address);

  const { database } = context;
  const breadth = recallBreadth(request.budget, request.maxTokens, settings);
  const tags = await tagFilterOf(database, bank.bankKey, request);
  const input: ArmInput = {
    context,
    bank,
    query: await cleanQuery(request.query),
    factTypes: [...new Set(request.types)],
    breadth,
    tags,
    minScores: request.minScores,
  };
  const [semantic, keyword] = await Promise.all([
    semanticArm(input),
    settings.enableTextSearch ? keywordArm(input) : [],
  ]);
  const candidates = fuse([
    { name: "semantic", hits: semantic },
    { name: "keyword", hits: keyword },
  ]);
  const memories = await loadMemories(
    database,
    bank.bankKey,
    candidates.map(({ unitId }) => unitId),
  );
  const ranked = rank(candidates, memories, {
    now: request.queryTimestamp ?? context.clock.now(),
    minScores: request.minScores,
    limit: 2 * breadth,
  });
  const packed = await packFacts(ranked, ({ memory }) => memory.text, request.maxTokens);
  const packedMemories = packed.map(({ memory }) => memory);
  // Chunks have a budget of their own: a fact that did not fit may still bring its chunk.
  const rankedMemories = ranked.map(({ memory }) => memory);
  const [entities, chunks] = await Promise.all([
    request.includeEntities ? entitiesOf(database, bank.bankKey, packedMemories) : undefined,
    request.includeChunks
      ? recallChunks(database, bank.bankKey, rankedMemories, {
          maxTokens: request.includeChunks.maxTokens,
          tags,
        })
      : null,
  ]);
  return {
    results: packed.map((ranked) => toResult(ranked, entities?.get(ranked.memory.unitId))),
    entities: entities ? entityIndex([...entities.values()].flat()) : null,
    chunks,
  };
}

function toResult({ memory, scores }: RankedMemory, entities: UnitEntity[] | undefined): RecalledMemory {
  return {
    id: memory.unitId,
    text: memory.text,
    type: memory.factType,
    entities: entities?.length ? entities.map(({ canonicalName }) => canonicalName) : null,
    context: memory.factType === "observation" ? null : (memory.context ?? ""),
    occurredStart: memory.occurredStart,
    occurredEnd: memory.occurredEnd,
    mentionedAt: memory.mentionedAt,
    documentId: memory.documentId,
    metadata: memory.metadata,
    chunkId: memory.chunkId,
    tags: memory.tags,
    sourceFactIds: null,
    scores,
  };
}

/** By name, in the order of the results. */
function entityIndex(entities: UnitEntity[]): RecallAnswer["entities"] {
  if (entities.length === 0) return null;
  return new Map(entities.map((entity) => [entity.canonicalName, entity]));
}
