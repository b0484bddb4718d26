import type { RerankCandidate } from "../types.ts";

/** What a fact lends to those that were said one, two, three and four facts before or after it, as shares of its own score. */
const SHARES = [0.4, 0.3, 0.2, 0.1];

/**
 * Scores to which what was said nearby has added its shares: an answer follows its question, and seldom repeats its words. Nearby
 * is what was stored next to it and mentioned at the same time, or where nothing says when, in the same document.
 */
export function withNeighbours(candidates: readonly RerankCandidate[], scores: readonly number[]): number[] {
  const sums = [...scores];
  for (const talk of talksOf(candidates)) {
    for (const [at, { index, position }] of talk.entries()) {
      for (const other of talk.slice(at + 1, at + 1 + SHARES.length)) {
        const share = SHARES[Math.max(1, other.position - position) - 1];
        if (share === undefined) break;
        sums[index] = (sums[index] ?? 0) + share * (scores[other.index] ?? 0);
        sums[other.index] = (sums[other.index] ?? 0) + share * (scores[index] ?? 0);
      }
    }
  }
  return sums;
}

interface Place {
  index: number;
  position: number;
}

/** The candidates that belong together, each list by position. An observation was said at no time. */
function talksOf(candidates: readonly RerankCandidate[]): Place[][] {
  const talks = new Map<string, Place[]>();
  for (const [index, { factType, mentionedAt, documentId, position }] of candidates.entries()) {
    if (factType === "observation") continue;
    const key = mentionedAt ? String(mentionedAt.getTime()) : documentId && `document ${documentId}`;
    if (!key) continue;
    const talk = talks.get(key) ?? [];
    talk.push({ index, position });
    talks.set(key, talk);
  }
  return [...talks.values()].map((talk) => talk.sort((a, b) => a.position - b.position));
}
