import type { Passage } from "./passages.ts";

/** What a passage lends to those that are one, two, three and four passages away, as shares of its own score. */
const SHARES = [0.4, 0.3, 0.2, 0.1];

/**
 * The passages' scores with what their neighbours in the same talk lend them: an answer follows its question, and seldom repeats
 * its words.
 */
export function withNeighbours(
  talks: readonly (readonly Passage[])[],
  scoreOf: (passage: Passage) => number,
): Map<Passage, number> {
  const length = passageLength(talks.flat());
  const sums = new Map(talks.flat().map((passage) => [passage, scoreOf(passage)]));
  const lend = (from: Passage, to: Passage, share: number) =>
    sums.set(to, (sums.get(to) ?? 0) + share * scoreOf(from));
  for (const talk of talks) {
    for (const [at, passage] of talk.entries()) {
      for (const [between, other] of talk.slice(at + 1, at + 1 + SHARES.length).entries()) {
        // Passages of which no fact is a candidate lie between, too.
        const distance = Math.max(between + 1, Math.ceil((other.first - passage.last) / length));
        const share = SHARES[distance - 1];
        if (share === undefined) break;
        lend(passage, other, share);
        lend(other, passage, share);
      }
    }
  }
  return sums;
}

/** How many facts a passage has on average. Where more than one is seen, about as many again are no candidates. */
function passageLength(passages: readonly Passage[]): number {
  const seen = passages.reduce((sum, { first, last }) => sum + last - first + 1, 0) / passages.length;
  return 2 * seen - 1;
}
