import type { RerankCandidate, Reranker } from "../types.ts";
import { dateFactors } from "./dates.ts";
import { withNeighbours } from "./neighbours.ts";
import { type Passage, talksOf } from "./passages.ts";
import { speakerFactors } from "./speakers.ts";
import { type Question, questionOf, wordingScores } from "./wording.ts";

/** What a fact has of its passage's score, though it says nothing of what is asked for itself. */
const PASSAGE_SHARE = 0.2;

/**
 * Ranks without a model, by what the texts themselves say: the query's words and how rare they are, what was said nearby, by whom,
 * and when.
 */
export const offlineReranker = {
  provider: "offline",
  isLocal: true,
  async score(query, candidates, { window }) {
    const talks = talksOf(candidates);
    const asked = questionOf(query);
    const passages = withNeighbours(talks, passageScores(asked, candidates, talks.flat()));
    const wording = wordingScores(asked, candidates.map(said));
    const speakers = speakerFactors(query, candidates);
    const dates = dateFactors(candidates, window);
    const scores = candidates.map(() => 0);
    for (const [{ members }, score] of passages) {
      const best = Math.max(...members.map((index) => wording[index] ?? 0));
      for (const index of members) {
        const share = best > 0 ? (wording[index] ?? 0) / best : 1;
        const own = score * (PASSAGE_SHARE + (1 - PASSAGE_SHARE) * share);
        // Sums have no upper bound: what has all that is asked for comes near 1.
        scores[index] = 1 - Math.exp(-own * (speakers[index] ?? 1) * (dates[index] ?? 1));
      }
    }
    return scores;
  },
} satisfies Reranker;

/** How much of the query's wording each passage has, read as one text: with what its facts left out, if that is known. */
function passageScores(
  asked: Question,
  candidates: readonly RerankCandidate[],
  passages: readonly Passage[],
): (passage: Passage) => number {
  const texts = passages.map(({ members }) => {
    const facts = members.flatMap((index) => candidates[index] ?? []);
    const text = [...new Set(facts.map((fact) => fact.source ?? fact.text))].join(" ");
    return inContext(facts[0]?.context, text);
  });
  const scores = new Map(wordingScores(asked, texts).map((score, index) => [passages[index], score]));
  return (passage) => scores.get(passage) ?? 0;
}

function said({ context, text }: RerankCandidate): string {
  return inContext(context, text);
}

function inContext(context: string | null | undefined, text: string): string {
  return context ? `${context}: ${text}` : text;
}
