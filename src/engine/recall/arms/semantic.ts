import { type ArmHit, type ArmInput, firstOfEach } from "./arm.ts";

/** Facts of each type from which the graph arm sets out. */
const MAX_SEEDS = 20;

export interface SemanticHits {
  hits: ArmHit[];
  /** Where the graph arm sets out: the nearest facts, whatever the breadth and the floor of this arm. */
  seeds: ArmHit[];
}

/** Facts whose meaning is near the query's: cosine similarity of the vectors. */
export async function semanticArm(input: ArmInput): Promise<SemanticHits> {
  const { vectors, settings } = input.context;
  const { semanticMinSimilarity, graphSeedMinSimilarity } = settings.recall;
  // The request's own floor replaces the server's: it may lie below it.
  const floor = input.minScores.semantic ?? semanticMinSimilarity;
  const found = await vectors.search(input.bank, {
    vector: input.vector,
    factTypes: input.factTypes,
    limit: Math.max(input.breadth, MAX_SEEDS),
    minSimilarity: Math.min(floor, graphSeedMinSimilarity),
    tags: input.tags,
    writes: input.writes,
  });
  return {
    hits: firstOfEach(found, input.breadth, floor),
    seeds: firstOfEach(found, MAX_SEEDS, graphSeedMinSimilarity),
  };
}
