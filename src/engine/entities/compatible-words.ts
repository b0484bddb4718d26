import { wordsOf } from "../trigrams.ts";
import { sequenceRatio } from "./sequence-ratio.ts";

/** From this ratio on, two words are taken for one. */
const SAME_WORD = 0.6;

/**
 * Whether two similar names may stand for one thing. Not when each has a number that the other lacks; and when either has
 * several words, not when a word of the shorter one has no counterpart in the longer.
 */
export function areWordsCompatible(one: string, other: string): boolean {
  const numbers = numbersOf(one);
  const otherNumbers = numbersOf(other);
  if (hasOther(numbers, otherNumbers) && hasOther(otherNumbers, numbers)) return false;
  const words = wordsOf(one);
  const otherWords = wordsOf(other);
  if (words.length < 2 && otherWords.length < 2) return true;
  const [shorter, longer] = words.length <= otherWords.length ? [words, otherWords] : [otherWords, words];
  return shorter.every((word) => longer.some((candidate) => areSameWord(word, candidate)));
}

function areSameWord(word: string, other: string): boolean {
  return word.startsWith(other) || other.startsWith(word) || sequenceRatio(word, other) >= SAME_WORD;
}

/** Whether there is a number that the other name lacks. */
function hasOther(numbers: ReadonlySet<string>, ofOther: ReadonlySet<string>): boolean {
  return [...numbers].some((number) => !ofOther.has(number));
}

/** The numbers in a name, without leading zeros and without a zero fraction: `UA0123` has 123, `4.0` has 4. */
function numbersOf(name: string): Set<string> {
  const numbers = name.match(/\p{Nd}+(?:\.\p{Nd}+)*/gu) ?? [];
  return new Set(
    numbers.map((number) => {
      const [whole = "", ...rest] = number.split(".");
      const parts = [whole.replace(/^0+/, "") || "0", ...rest];
      if (parts.length === 2 && /^0*$/.test(parts[1] ?? "")) parts.pop();
      return parts.join(".");
    }),
  );
}
