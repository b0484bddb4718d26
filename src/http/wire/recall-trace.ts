import type { ArmHit, ArmName, RankedMemory, RecallTrace, TracedSearch } from "../../engine/recall/trace.ts";
import { isoDateOrNull } from "../dates.ts";

/** The arms by the names that they have in a trace, and what their scores are called there. */
const ARMS: Record<ArmName, { method: string; score: string }> = {
  semantic: { method: "semantic", score: "similarity" },
  keyword: { method: "bm25", score: "bm25_score" },
  graph: { method: "graph", score: "activation" },
  temporal: { method: "temporal", score: "temporal_score" },
};

/** Shares of a visit's parts in what is shown as its weight. */
const ACTIVATION_SHARE = 0.3;
const SEMANTIC_SHARE = 0.3;
const RECENCY_SHARE = 0.25;

type Bounds = NonNullable<RecallTrace["query"]["window"]>;
type Memory = RankedMemory["memory"];

/** How a recall came to its answer, as clients read it. */
export function toTrace(trace: RecallTrace) {
  const { kept, returned, query, memories } = trace;
  const texts = (unitId: string) => memories.get(unitId)?.text ?? "";
  const places = new Map(returned.map(({ memory }, index) => [memory.unitId, index + 1]));
  const entryPoints = new Set(trace.entryPoints.map(({ unitId }) => unitId));
  return {
    query: {
      query_text: query.text,
      query_embedding: [...query.vector],
      timestamp: shortDate(query.now),
      budget: query.breadth,
      max_tokens: query.maxTokens,
      tags: query.tags,
      tags_match: query.tagsMatch,
      temporal_constraint: query.window && bounds(query.window, "Z"),
    },
    retrieval_results: trace.searches.map((search) => toSearch(search, trace)),
    rrf_merged: trace.fused.map(({ unitId, rrfScore, rrfRank, ranks }) => ({
      node_id: unitId,
      text: texts(unitId),
      rrf_score: rrfScore,
      source_ranks: sourceRanks(ranks),
      final_rrf_rank: rrfRank,
    })),
    reranked: trace.ranked.map((one, index) => ({
      node_id: one.memory.unitId,
      text: one.memory.text,
      rerank_score: one.final,
      rerank_rank: index + 1,
      rrf_rank: one.candidate.rrfRank,
      rank_change: one.candidate.rrfRank - (index + 1),
      score_components: scoreComponents(one),
    })),
    entry_points: trace.entryPoints.map(({ unitId, score }, index) => ({
      node_id: unitId,
      text: texts(unitId),
      similarity_score: share(score),
      rank: index + 1,
    })),
    visits: kept.map((one, index) =>
      toVisit(one, {
        step: index + 1,
        isEntryPoint: entryPoints.has(one.memory.unitId),
        place: places.get(one.memory.unitId) ?? null,
      }),
    ),
    summary: {
      total_nodes_visited: kept.length,
      entry_points_found: trace.entryPoints.length,
      budget_used: kept.length,
      budget_remaining: query.breadth - kept.length,
      total_duration_seconds: trace.seconds,
      results_returned: returned.length,
      phase_metrics: trace.phases.map(({ name, seconds, details }) => ({
        phase_name: name,
        duration_seconds: seconds,
        details,
      })),
    },
    final_results: returned.map((one) => toFinalResult(one, trace)),
  };
}

function toSearch({ arm, factType, hits }: TracedSearch, { memories, query }: RecallTrace) {
  const { method, score: scoreName } = ARMS[arm];
  const walks = arm === "graph" || arm === "temporal";
  return {
    method_name: method,
    fact_type: factType,
    results: hits.map(({ unitId, score }: ArmHit, index) => {
      const memory = memories.get(unitId);
      return {
        rank: index + 1,
        node_id: unitId,
        text: memory?.text ?? "",
        context: memory?.context ?? "",
        event_date: shortDateOrNull(memory?.eventDate),
        fact_type: factType,
        score,
        score_name: scoreName,
      };
    }),
    duration_seconds: 0,
    metadata: {
      [walks ? "budget" : "limit"]: query.breadth,
      ...(arm === "temporal" && query.window && { constraint: bounds(query.window, "+00:00") }),
    },
  };
}

function sourceRanks(ranks: Partial<Record<ArmName, number>>): Record<string, number> {
  return Object.fromEntries(
    Object.entries(ranks).map(([arm, rank]) => [`${ARMS[arm as ArmName].method}_rank`, rank]),
  );
}

function scoreComponents({ candidate, raw, base, signals, combined }: RankedMemory) {
  return {
    cross_encoder_score: raw,
    cross_encoder_score_normalized: base,
    rrf_score: candidate.rrfScore,
    rrf_normalized: 0,
    temporal: signals.temporal,
    recency: signals.recency,
    proof_norm: signals.proof,
    combined_score: combined,
  };
}

function toVisit(
  one: RankedMemory,
  { step, isEntryPoint, place }: { step: number; isEntryPoint: boolean; place: number | null },
) {
  const { candidate, memory, signals, final } = one;
  const similarity = share(similarityOf(one) ?? 0);
  return {
    step,
    node_id: memory.unitId,
    text: memory.text,
    context: memory.context ?? "",
    event_date: shortDateOrNull(memory.occurredStart),
    is_entry_point: isEntryPoint,
    weights: {
      activation: candidate.rrfScore,
      semantic_similarity: similarity,
      recency: signals.recency,
      frequency: 0,
      final_weight: final,
      activation_contribution: ACTIVATION_SHARE * candidate.rrfScore,
      semantic_contribution: SEMANTIC_SHARE * similarity,
      recency_contribution: RECENCY_SHARE * signals.recency,
      frequency_contribution: 0,
    },
    final_rank: place,
  };
}

function toFinalResult(one: RankedMemory, { metadataTexts }: RecallTrace) {
  const { candidate, memory, final } = one;
  const { score, inTime } = candidate.first.hit;
  return {
    ...toFlatFact(memory),
    metadata: candidate.first.arm === "graph" ? null : (metadataTexts.get(memory.unitId) ?? null),
    attachment_ids: null,
    semantic_similarity: similarityOf(one),
    bm25_score: candidate.first.arm === "keyword" ? score : null,
    ...(inTime && { temporal_score: score, temporal_proximity: inTime.proximity }),
    rrf_rank: candidate.rrfRank,
    ...sourceRanks(candidate.ranks),
    ...scoreComponents(one),
    weight: final,
    activation: final,
  };
}

function toFlatFact(memory: Memory) {
  return {
    id: memory.unitId,
    text: memory.text,
    fact_type: memory.factType,
    context: memory.factType === "observation" ? null : memory.context,
    event_date: shortDateOrNull(memory.eventDate),
    occurred_start: isoDateOrNull(memory.occurredStart),
    occurred_end: isoDateOrNull(memory.occurredEnd),
    mentioned_at: isoDateOrNull(memory.mentionedAt),
    document_id: memory.documentId,
    chunk_id: memory.chunkId,
    tags: memory.tags,
  };
}

/** As the first arm that brought the fact knows it: the others' scores are not kept there. */
function similarityOf({ candidate: { first } }: RankedMemory): number | null {
  return first.arm === "semantic" ? first.hit.score : (first.hit.inTime?.similarity ?? null);
}

function share(score: number): number {
  return Number.isNaN(score) ? 0 : Math.min(1, Math.max(0, score));
}

/** @param utc how UTC is written. */
function bounds({ start, end }: Bounds, utc: string) {
  const spell = ({ local, offset }: Bounds["start"]) => local + (offset === "+00:00" ? utc : (offset ?? ""));
  return { start: spell(start), end: spell(end) };
}

/** Some dates of a trace have `Z` for UTC. */
function shortDate(date: Date): string {
  return shortDateOrNull(date) ?? "";
}

function shortDateOrNull(date: Date | null | undefined): string | null {
  return isoDateOrNull(date ?? null)?.replace("+00:00", "Z") ?? null;
}
