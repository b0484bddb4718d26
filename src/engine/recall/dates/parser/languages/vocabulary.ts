export type DateOrder = "MDY" | "DMY" | "YMD";

/** What a language says dates with. Words are lower-case and without accents. */
export interface Vocabulary {
  language: string;
  /** In which order bare numbers stand. */
  order: DateOrder;
  /**
   * Words by what they are read as: a month, a weekday, a unit, `ago`, `in`, or a whole expression of these. Separated by
   * blanks; `_` stands for a blank inside an expression.
   */
  words: Record<string, string>;
  /** Words and signs that stand around dates and say nothing. */
  skipped: string;
  /** Expressions with a number, as patterns where `#` is the number, and what they are read as, where `#` is it again. */
  counted?: [pattern: string, reading: string][];
  /** What is rewritten, in this order, before anything is read: patterns of whole words, where `#` is a number. */
  rewritings?: [pattern: string, replacement: string][];
  /** Where sentences end; by default at a full stop, wherever it stands. */
  sentenceEnd?: RegExp;
  /** Whether words stand without blanks between them. */
  isUnspaced?: boolean;
  /** Letters of which a text in this language has at least one. */
  alphabet?: RegExp;
  /** Characters that no other language has: a text with one of them is in this language. */
  letters?: string;
  /** Whether dates are read by this language's own rules, not translated to English first. */
  readsItself?: boolean;
}

/** A number with or without a fraction. */
export const NUMBER = "\\d+(?:[.,]\\d*)?";
export const SIGNS = ", ' ; @ [ ] |";

/** Readings and the words that are read so, in lines or separated by semicolons. */
export function wordList(text: string): Record<string, string> {
  const words: Record<string, string> = {};
  for (const entry of text.split(/[;\n]/)) {
    const [reading, spellings] = entry.trim().split(": ");
    if (reading && spellings) words[reading] = [words[reading] ?? "", spellings].join(" ").trim();
  }
  return words;
}

/** Where a full stop after a number belongs to a date, as in `3. Mai`. */
export const NOT_AFTER_NUMBERS = /(?<!\d)[.!?;…\r\n]+\s*/;
