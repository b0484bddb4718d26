import { matchingRuns } from "../sequence-matching.ts";

/**
 * How alike two texts are, from 0 to 1: twice the characters in matching runs over all characters, as Python's
 * `difflib.SequenceMatcher(None, one, other).ratio()` counts them. The order of the texts can matter.
 */
export function sequenceRatio(one: string, other: string): number {
  const first = [...one];
  const second = [...other];
  const length = first.length + second.length;
  if (length === 0) return 1;
  const matched = matchingRuns(first, second).reduce((sum, run) => sum + run.length, 0);
  return (2 * matched) / length;
}
