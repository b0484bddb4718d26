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
  counted: [pattern: string, reading: string][];
  /** What is rewritten, in this order, before anything is read: patterns of whole words, where `#` is a number. */
  rewritings: [pattern: string, replacement: string][];
}

/** A number with or without a fraction. */
export const NUMBER = "\\d+[.,]?\\d*";
