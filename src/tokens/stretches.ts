/**
 * The tokenizer needs time with the square of a run that it cannot split at first: letters, signs or blanks without anything
 * else between them. Such runs are no prose (hex, rulers, minified code): they are cut after so many characters, or twice as
 * many where they begin, which may count a token more at each cut.
 */
const RUN = 512;
const ONE_RUN = /^(?:[\p{L}\p{M}]+|\s+|[^\s\p{L}\p{M}\p{N}]+)$/u;
/** Characters after which others have a turn of the process. */
export const TURN = 65_536;
/**
 * A single blank or sign between letters begins a token in any case, in every script; only an apostrophe can belong to what
 * stands before it.
 */
const WORD_BEGINS = /(?<=\p{L})(?=[^\r\n\p{L}\p{M}\p{N}']\p{L})/u;
/** How far such a place is looked for; what has none for so long is no prose, and is cut wherever it may be. */
const SEARCHED = 1_024;

/** Whether a text is one stretch in any case. */
export function isShort(text: string): boolean {
  return text.length <= RUN;
}

/**
 * A text in stretches that are tokenized one by one. Prose has the same tokens as in one piece. A long run fills one of the
 * pieces that are looked at: no other has to be read to its end.
 */
export function* stretches(text: string): Generator<string> {
  let start = 0;
  for (let from = 0; from + RUN < text.length; ) {
    let end = atCharacter(text, from + RUN);
    const isRun = ONE_RUN.test(text.slice(from, end));
    if (!isRun && end - start >= TURN) end = betweenWords(text, end);
    if (isRun || end - start >= TURN) {
      yield text.slice(start, end);
      start = end;
    }
    from = end;
  }
  yield text.slice(start);
}

/** The first place between words from here on, or here. */
function betweenWords(text: string, at: number): number {
  return at + Math.max(0, text.slice(at, at + SEARCHED).search(WORD_BEGINS));
}

/** Not between the halves of a character. */
function atCharacter(text: string, at: number): number {
  return (text.codePointAt(at - 1) ?? 0) > 0xffff ? at + 1 : at;
}
