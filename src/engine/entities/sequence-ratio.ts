/** From this length on, characters that make up more than a hundredth of the second text start no match. */
const POPULARITY_FROM = 200;

/**
 * How alike two texts are, from 0 to 1: twice the characters in matching blocks over all characters, as Python's
 * `difflib.SequenceMatcher(None, one, other).ratio()` counts them. The blocks are found by taking the longest common run, then
 * the longest ones before and after it, and so on; the order of the texts can matter.
 */
export function sequenceRatio(one: string, other: string): number {
  const first = [...one];
  const second = [...other];
  const length = first.length + second.length;
  if (length === 0) return 1;
  const places = placesOf(second);
  let matched = 0;
  const open: Range[] = [{ from: 0, to: first.length, otherFrom: 0, otherTo: second.length }];
  for (let range = open.pop(); range; range = open.pop()) {
    const run = longestRun(first, second, places, range);
    if (run.length === 0) continue;
    matched += run.length;
    open.push({ from: range.from, to: run.at, otherFrom: range.otherFrom, otherTo: run.otherAt });
    open.push({
      from: run.at + run.length,
      to: range.to,
      otherFrom: run.otherAt + run.length,
      otherTo: range.otherTo,
    });
  }
  return (2 * matched) / length;
}

/** The part of both texts that is looked at: `from` up to but not including `to`. */
interface Range {
  from: number;
  to: number;
  otherFrom: number;
  otherTo: number;
}

/** Where each character stands, in order; without those that are everywhere in a long text. */
function placesOf(text: readonly string[]): Map<string, number[]> {
  const places = new Map<string, number[]>();
  for (const [index, character] of text.entries()) {
    const known = places.get(character);
    if (known) known.push(index);
    else places.set(character, [index]);
  }
  if (text.length >= POPULARITY_FROM) {
    const most = Math.floor(text.length / 100) + 1;
    for (const [character, indexes] of places) if (indexes.length > most) places.delete(character);
  }
  return places;
}

/** The longest common run within a range: the earliest in the first text, and of those the earliest in the second. */
function longestRun(
  first: readonly string[],
  second: readonly string[],
  places: ReadonlyMap<string, readonly number[]>,
  { from, to, otherFrom, otherTo }: Range,
): { at: number; otherAt: number; length: number } {
  let at = from;
  let otherAt = otherFrom;
  let length = 0;
  // How long the run is that ends at each place of the second text and at the character before this one of the first.
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
  // Characters that start no match still lengthen one.
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
