import type { RerankCandidate } from "../types.ts";
import { termsOf } from "./terms.ts";

/** What is left of the score of a fact that somebody else told, where the query names who is meant. */
const ELSEWHERE = 0.8;
/** `Alice: …`, `Dr. Miller: …`: a text that begins with who says it. */
const SPEAKER = /^\s*((?:[\p{L}\p{M}\p{N}'’.-]+[ \t]){0,2}[\p{L}\p{M}\p{N}'’.-]+)\s?:\s/u;

/**
 * Factors for the scores, by who tells a fact. Where the query has a word of some candidates' contexts (or of their speakers'
 * names), those that do not share it are probably about somebody or something else.
 */
export function speakerFactors(query: string, candidates: readonly RerankCandidate[]): number[] {
  const asked = new Set(termsOf(query));
  const labels = candidates.map(({ context, text }) => [
    ...termsOf(context ?? ""),
    ...termsOf(SPEAKER.exec(text)?.[1] ?? ""),
  ]);
  const shared = labels.map((label) => label.some((term) => asked.has(term)));
  return shared.includes(true) ? shared.map((is) => (is ? 1 : ELSEWHERE)) : shared.map(() => 1);
}
