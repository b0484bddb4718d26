import { type ArmHit, type ArmInput, byScore } from "./arm.ts";

/** The least similarity that counts as a match; the request's own floor replaces it. */
const MIN_SIMILARITY = 0.3;

/** Facts whose meaning is near the query's: cosine similarity of the vectors. */
export async function semanticArm(input: ArmInput): Promise<ArmHit[]> {
  const { embedder, vectors } = input.context;
  const [vector] = await embedder.embed([input.query], { purpose: "query" });
  if (!vector) throw new Error("The embedding provider returned no vector for the query");
  return byScore(
    await vectors.search(input.bank, {
      vector,
      factTypes: input.factTypes,
      limit: input.breadth,
      minSimilarity: input.minScores.semantic ?? MIN_SIMILARITY,
      tags: input.tags,
    }),
  );
}
