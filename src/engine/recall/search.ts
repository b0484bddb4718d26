import { type Candidate, fuse } from "./fusion.ts";
import { type Retrieved, rankedLists, repeatTypes, retrieve } from "./retrieval.ts";
import type { RecallRun } from "./run.ts";

/** What a search found: each arm's hits, and all of them as one list. */
export interface Found {
  retrieved: Retrieved;
  /** The semantic arm's hits, best first. */
  semantic: readonly { unitId: string; score: number }[];
  fused: Candidate[];
}

/** Lets the arms search and joins what they bring. */
export async function search(run: RecallRun): Promise<Found> {
  const { context, bank, request, settings, phases, query, vector, breadth, widening, tags, dates } = run;
  const began = phases.elapsed;
  const { types } = request;
  const once = await retrieve(
    {
      context,
      bank,
      query,
      vector,
      factTypes: [...new Set(types)],
      breadth,
      widening,
      tags,
      writes: request.writes,
      minScores: request.minScores,
    },
    { keyword: settings.enableTextSearch, graph: settings.enableGraphRetrieval, window: dates },
  );
  const seconds = phases.elapsed - began;
  const retrieved = repeatTypes(once, types);
  phases.add("store_recall", seconds, { diagnostic: true, note: "subset of parallel_retrieval" });
  const lists = rankedLists(retrieved, types, context.settings.recall.maxCandidatesPerSource);
  const [semantic = [], keyword = [], graph = [], temporal = []] = lists.map(({ hits }) => hits);
  phases.add("parallel_retrieval", seconds, {
    semantic_count: semantic.length,
    bm25_count: keyword.length,
    graph_count: graph.length,
    temporal_count: temporal.length,
  });
  phases.add("retrieval_temporal_extraction", 0, { diagnostic: true });
  phases.add("retrieval_store_recall", seconds, { diagnostic: true });
  const fused = await phases.measure(
    "rrf_merge",
    () => fuse(lists),
    ({ length }) => ({ candidates_merged: length }),
  );
  return { retrieved, semantic, fused };
}
