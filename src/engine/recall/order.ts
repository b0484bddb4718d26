import { loadMemories } from "../../store/recalled-rows.ts";
import type { Candidate } from "./fusion.ts";
import { aboveFloors, type RankedMemory, rank, withoutSources } from "./ranking.ts";
import { type FoundCandidate, passThrough, type RerankedCandidate, rerank, sourcesOf } from "./reranking.ts";
import type { RecallRun } from "./run.ts";
import { cut, readStrategyBoosts, type StrategyBoosts } from "./strategy-boosts.ts";

/** The candidates in their final order. */
export interface Ordered {
  /** Those above the request's floors. */
  ranked: RankedMemory[];
  /** The same without facts that an observation stands for. */
  kept: RankedMemory[];
  /** Whether a reranker scored them; otherwise their base is only their place. */
  reranked: boolean;
}

/** Scores the candidates and puts them in their final order. */
export async function order(run: RecallRun, fused: readonly Candidate[]): Promise<Ordered> {
  const { context, phases, request, settings, breadth } = run;
  const boosts = readStrategyBoosts(context.settings.recall.strategyBoosts);
  const found = await load(run, limited(run, fused, boosts));
  const began = phases.elapsed;
  const { scored, isReranked } = await baseScores(run, found);
  const seconds = phases.elapsed - began;
  const ranked = aboveFloors(
    rank(scored, {
      now: run.now,
      decay: context.settings.recall,
      boosts: isReranked ? boosts : new Map(),
    }),
    request.minScores,
  );
  phases.add("reranking", seconds, {
    reranker_type: settings.enableReranking ? "cross-encoder" : "rrf-passthrough",
    candidates_reranked: ranked.length,
  });
  phases.add("combined_scoring", phases.elapsed - began - seconds, { candidates_scored: ranked.length });
  const kept = prefersObservations(run) ? preferObservations(run, ranked, 2 * breadth) : ranked;
  return { ranked, kept, reranked: isReranked };
}

/** As many candidates as the reranker is to see. */
function limited(
  { context, phases, request, widening }: RecallRun,
  fused: readonly Candidate[],
  boosts: StrategyBoosts,
): readonly Candidate[] {
  const limit = widening * context.settings.recall.rerankerMaxCandidatesByBudget[request.budget];
  const kept = cut(fused, limit, boosts);
  if (kept.length < fused.length) {
    const composition: Record<string, number> = {};
    for (const { ranks } of kept) {
      for (const arm of Object.keys(ranks)) {
        const name = arm === "keyword" ? "bm25" : arm;
        composition[name] = (composition[name] ?? 0) + 1;
      }
    }
    phases.add("rerank_prefilter", 0, {
      kept: kept.length,
      dropped: fused.length - kept.length,
      max_candidates: limit,
      strategy_boosts:
        boosts.size > 0
          ? Object.fromEntries([...boosts].map(([arm, level]) => [arm === "keyword" ? "bm25" : arm, level]))
          : null,
      arm_composition: composition,
    });
  }
  return kept;
}

/** The candidates with their rows; those that were deleted meanwhile are left out. */
async function load(
  { context, bank, phases }: RecallRun,
  candidates: readonly Candidate[],
): Promise<FoundCandidate[]> {
  return phases.measure(
    "hydrate_results",
    async () => {
      const ids = candidates.map(({ unitId }) => unitId);
      const memories = await loadMemories(context.database, bank.bankKey, ids);
      return candidates.flatMap((candidate) => {
        const memory = memories.get(candidate.unitId);
        return memory ? [{ candidate, memory }] : [];
      });
    },
    ({ length }) => ({ candidates: length }),
  );
}

async function baseScores(
  { context, bank, settings, query, now, dates, signal }: RecallRun,
  found: readonly FoundCandidate[],
): Promise<{ scored: RerankedCandidate[]; isReranked: boolean }> {
  if (!settings.enableReranking) return { scored: passThrough(found, "switchedOff"), isReranked: false };
  const { reranker } = context;
  const sources = reranker?.isLocal ? await sourcesOf(context.database, bank.bankKey, found) : undefined;
  const scored = reranker && (await rerank(reranker, query, found, { now, window: dates, sources, signal }));
  return { scored: scored ?? passThrough(found, "noReranker"), isReranked: scored !== null };
}

function prefersObservations({ request, settings }: RecallRun): boolean {
  const { types, preferObservations = settings.preferObservations } = request;
  return preferObservations && types.includes("observation") && types.some((type) => type !== "observation");
}

function preferObservations({ phases }: RecallRun, ranked: RankedMemory[], limit: number): RankedMemory[] {
  const considered = ranked.slice(0, limit).filter(({ memory }) => memory.factType === "observation").length;
  if (considered === 0) return ranked;
  phases.add("prefer_observations_dedup", 0, { observations_considered: considered });
  return withoutSources(ranked, limit);
}
