/** Compares two sequences as Python's `difflib.SequenceMatcher` does. */

/** From this length on, items that make up more than a hundredth of the second sequence start no match. */
const POPULARITY_FROM = 200;

/** A run that both sequences hold. */
export interface MatchingRun {
  /** Where it begins in the first sequence, and in the second. */
  at: number;
  otherAt: number;
  length: number;
}

/**
 * The runs that match, in no order: the longest common one, then the longest ones before and after it, and so on. The order of
 * the sequences can matter.
 */
export function matchingRuns(first: readonly string[], second: readonly string[]): MatchingRun[] {
  const places = placesOf(second);
  const runs: MatchingRun[] = [];
  const open: Range[] = [{ from: 0, to: first.length, otherFrom: 0, otherTo: second.length }];
  for (let range = open.pop(); range; range = open.pop()) {
    const run = longestRun(first, second, places, range);
    if (run.length === 0) continue;
    runs.push(run);
    open.push({ from: range.from, to: run.at, otherFrom: range.otherFrom, otherTo: run.otherAt });
    open.push({
      from: run.at + run.length,
      to: range.to,
      otherFrom: run.otherAt + run.length,
      otherTo: range.otherTo,
    });
  }
  return runs;
}
/** The part of both sequences that is looked at: `from` up to but not including `to`. */
interface Range {
  from: number;
  to: number;
  otherFrom: number;
  otherTo: number;
}

/** Where each item stands, in order; without those that are everywhere in a long sequence. */
function placesOf(sequence: readonly string[]): Map<string, number[]> {
  const places = new Map<string, number[]>();
  for (const [index, item] of sequence.entries()) {
    const known = places.get(item);
    if (known) known.push(index);
    else places.set(item, [index]);
  }
  if (sequence.length >= POPULARITY_FROM) {
    const most = Math.floor(sequence.length / 100) + 1;
    for (const [item, indexes] of places) if (indexes.length > most) places.delete(item);
  }
  return places;
}

/** The longest common run within a range: the earliest in the first sequence, and of those the earliest in the second. */
function longestRun(
  first: readonly string[],
  second: readonly string[],
  places: ReadonlyMap<string, readonly number[]>,
  { from, to, otherFrom, otherTo }: Range,
): MatchingRun {
  let at = from;
  let otherAt = otherFrom;
  let length = 0;
  // How long the run is that ends at each place of the second sequence and at the item before this one of the first.
  let ending = new Map<number, number>();
  for (let index = from; index < to; index += 1) {
    const here = new Map<number, number>();
    for (const place of places.get(first[index] ?? "") ?? []) {
      if (place < otherFrom) continue;
      if (place >= otherTo) break;
      const run = (ending.get(place - 1) ?? 0) + 1;
      here.set(place, run);
      if (run > length) {
        at = index - run + 1;
        otherAt = place - run + 1;
        length = run;
      }
    }
    ending = here;
  }
  // Items that start no match still lengthen one.
  while (at > from && otherAt > otherFrom && first[at - 1] === second[otherAt - 1]) {
    at -= 1;
    otherAt -= 1;
    length += 1;
  }
  while (at + length < to && otherAt + length < otherTo && first[at + length] === second[otherAt + length]) {
    length += 1;
  }
  return { at, otherAt, length };
}
