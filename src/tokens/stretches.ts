/**
 * The tokenizer needs time with the square of a run that it cannot split at first: letters, signs or blanks without anything
 * else between them. Such runs are no prose (hex, rulers, minified code): they are cut after so many characters, which may
 * count a token more at each cut.
 */
const RUN = 512;
const LONG_RUN = new RegExp(
  `[\\p{L}\\p{M}]{${RUN + 1},}|\\s{${RUN + 1},}|[^\\s\\p{L}\\p{M}\\p{N}]{${RUN + 1},}`,
  "gu",
);
/** Characters after which others have a turn of the process. */
export const TURN = 65_536;
/** A blank between words begins a token in any case. */
const WORD_BEGINS = /(?<=\p{Ll}) (?=\p{Ll})/u;
/** How far a place between words is looked for. */
const SEARCHED = 1_024;

/** Whether a text is one stretch in any case. */
export function isShort(text: string): boolean {
  return text.length <= RUN;
}

/** A text in stretches that are tokenized one by one. Prose has the same tokens as in one piece. */
export function* stretches(text: string): Generator<string> {
  let start = 0;
  for (const end of cuts(text)) {
    if (end > start) yield text.slice(start, end);
    start = Math.max(start, end);
  }
  yield text.slice(start);
}

/** Where a text is cut, in order. */
function* cuts(text: string): Generator<number> {
  let last = 0;
  for (const { index, 0: run } of text.matchAll(LONG_RUN)) {
    yield* betweenWords(text, last, index);
    for (let at = index + RUN; at < index + run.length; at += RUN) yield atCharacter(text, at);
    last = index + run.length;
  }
  yield* betweenWords(text, last, text.length);
}

function* betweenWords(text: string, from: number, to: number): Generator<number> {
  for (let at = from + TURN; at < to; at += TURN) {
    const found = text.slice(at, Math.min(at + SEARCHED, to)).search(WORD_BEGINS);
    if (found >= 0) yield at + found;
  }
}

/** Not between the halves of a character. */
function atCharacter(text: string, at: number): number {
  return (text.codePointAt(at - 1) ?? 0) > 0xffff ? at + 1 : at;
}
