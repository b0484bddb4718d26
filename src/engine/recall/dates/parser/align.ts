/** A query that the parser gives up on: it has no date, whatever it holds. */
export class ParserGivesUp extends Error {}

/**
 * Makes two lists of words equally long, so that what was rewritten can be shown as it was written: where they differ for the
 * second time in a row, the shorter list gets an empty word.
 * @throws ParserGivesUp
 */
export function align(
  original: readonly string[],
  simplified: readonly string[],
  plainOf: (word: string) => string,
): { original: string[]; simplified: string[] } {
  const lists = { original: [...original], simplified: [...simplified] };
  if (original.length < simplified.length) {
    fill(lists.original, lists.simplified, (short, long) => plainOf(short.toLowerCase()) === long);
  } else if (original.length > simplified.length) {
    fill(lists.simplified, lists.original, (short, long) => plainOf(long.toLowerCase()) === short);
  }
  while (lists.original.length !== lists.simplified.length) {
    const longer = lists.original.length > lists.simplified.length ? lists.original : lists.simplified;
    const empty = longer.indexOf("");
    if (empty < 0) throw new ParserGivesUp();
    longer.splice(empty, 1);
  }
  return lists;
}

function fill(
  short: string[],
  long: readonly string[],
  equal: (short: string, long: string) => boolean,
): void {
  let differed = false;
  for (const [index, word] of long.entries()) {
    const other = short[index];
    if (other === undefined) short.push("");
    else if (equal(other, word)) differed = false;
    else if (differed) short.splice(index, 0, "");
    else differed = true;
  }
}
