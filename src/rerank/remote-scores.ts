import { ServiceError } from "../remote/service-error.ts";

/**
 * The scores of a reranker's answer by their texts' places; a text that is not in it scores 0.
 * @param results a list of objects that hold `index` and a score, in any order.
 * @throws ServiceError when the answer is something else.
 */
export function readScores(results: unknown, field: "score" | "relevance_score", count: number): number[] {
  if (!Array.isArray(results)) throw notScores();
  const scores = new Array<number>(count).fill(0);
  for (const result of results as unknown[]) {
    const { index, [field]: score } = (result ?? {}) as Record<string, unknown>;
    if (typeof index !== "number" || typeof score !== "number" || !(index in scores)) throw notScores();
    scores[index] = score;
  }
  return scores;
}

function notScores(): ServiceError {
  return new ServiceError("answer", "The reranker's answer is no list of scores for the texts it was sent");
}
