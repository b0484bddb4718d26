/** Words as the offline model compares them. */
import { stemmer } from "stemmer";
import { baseForm, wordWeight } from "../../embedding/words.ts";

export interface Word {
  /** As written, without a possessive. */
  text: string;
  /** Lower-case base form, without accents. */
  base: string;
  stem: string;
  /** 0 for a stop word, 1 for a word that says what a text is about. */
  weight: number;
  startsSentence: boolean;
}

const WORD = /[\p{L}\p{M}\p{N}]+(?:['’]\p{L}+)?/gu;
/** Stems that questions are made of, beside the stop words of searches. */
const EMPTY_STEMS = new Set(
  "please tell say remember know name call mention change anything everything something happen compare"
    .split(" ")
    .map(stemmer),
);

/** Stems of words that say little without the one before them: a phone number is no order number. */
const WEAK_STEMS = new Set(["number"].map(stemmer));
const WEAK = 0.4;

export function wordsOf(text: string): Word[] {
  const normal = text.normalize("NFKC");
  return [...normal.matchAll(WORD)].map((match) => {
    const written = match[0].replaceAll("’", "'");
    const bare = written.replace(/'s$/i, "");
    const lower = fold(bare);
    const base = baseForm(lower);
    const stem = stemmer(base);
    return {
      text: bare,
      base,
      stem,
      weight: EMPTY_STEMS.has(stem)
        ? 0
        : Math.min(
            WEAK_STEMS.has(stem) ? WEAK : 1,
            wordWeight(fold(written)),
            wordWeight(lower),
            wordWeight(base),
          ),
      startsSentence: startsSentence(normal, match.index),
    };
  });
}

/** Looks back from a word no further than to the one before it. */
function startsSentence(text: string, at: number): boolean {
  let end = at;
  while (end > 0 && /\s/.test(text.charAt(end - 1))) end -= 1;
  if (end === 0) return true;
  while (end > 0 && `"'”’)`.includes(text.charAt(end - 1))) end -= 1;
  return end > 0 && ".!?:\n".includes(text.charAt(end - 1));
}

/** The stems of a text's words, without stop words: the stem of "one" is "on". */
export function stemsOf(text: string): Set<string> {
  return new Set(wordsOf(text).flatMap(({ stem, weight }) => (weight > 0 ? stem : [])));
}

export function stemOf(word: string): string {
  return stemmer(baseForm(fold(word)));
}

function fold(text: string): string {
  return text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
}
