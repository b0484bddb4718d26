import { findMentalModels, listEmbeddedModels, type MentalModelRow } from "../../store/mental-models.ts";
import { matchesTags, type TagFilter } from "../../store/tag-filter.ts";
import { roundSimilarity } from "../../store/vectors/rounding.ts";
import type { EngineContext } from "../context.ts";
import { listStale } from "./staleness.ts";

export interface MentalModelHit extends MentalModelRow {
  /** Cosine similarity to the query. */
  relevance: number;
  /** Whether memories that it is about were written since its last refresh. */
  isStale: boolean;
}

/** The mental models of a bank whose name and content are nearest to a query; ties by id. */
export async function searchMentalModels(
  { database, embedder }: EngineContext,
  bankKey: string,
  search: {
    query: string;
    limit: number;
    tags?: TagFilter | undefined;
    excludedIds?: readonly string[] | undefined;
    signal?: AbortSignal | undefined;
  },
): Promise<MentalModelHit[]> {
  const { query, limit, tags, excludedIds = [], signal } = search;
  const [vector] = await embedder.embed([query], { purpose: "query", signal });
  if (!vector) throw new Error("The embedder made no vector");
  const nearest = (await listEmbeddedModels(database, bankKey))
    .filter((model) => !excludedIds.includes(model.mentalModelId) && (!tags || matchesTags(tags, model.tags)))
    .map((model) => ({ id: model.mentalModelId, relevance: similarity(vector, model.embedding) }))
    .sort((a, b) => b.relevance - a.relevance || (a.id < b.id ? -1 : 1))
    .slice(0, Math.max(0, limit));
  const models = await findMentalModels(
    database,
    bankKey,
    nearest.map(({ id }) => id),
  );
  const stale = await listStale(database, bankKey, models);
  const byId = new Map(models.map((model) => [model.mentalModelId, model]));
  return nearest.flatMap(({ id, relevance }) => {
    const model = byId.get(id);
    return model ? [{ ...model, relevance, isStale: stale.has(id) }] : [];
  });
}

/** Of vectors of unit length; those of another embedding's dimension are similar to nothing. */
function similarity(a: Float32Array, b: Float32Array): number {
  if (a.length !== b.length) return 0;
  let sum = 0;
  for (const [index, value] of a.entries()) sum += value * (b[index] ?? 0);
  return roundSimilarity(sum);
}
