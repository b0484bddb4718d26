/** What an answer holds: names, places, dates, numbers. */

const NAME = /\b\p{Lu}[\p{L}\p{M}’'-]*(?:\s+\p{Lu}[\p{L}\p{M}’'-]*)*/gu;
const PLACE = /\b(?:in|at|to|near|from)\s+(?:the\s+)?(\p{Lu}[\p{L}\p{M}’'-]*(?:\s+\p{Lu}[\p{L}\p{M}’'-]*)*)/u;
/** A date in digits or words. */
const DATE = /\b\d{4}-\d{2}-\d{2}\b|\b\d{1,2} \p{Lu}\p{Ll}+ \d{4}\b|\b\p{Lu}\p{Ll}+ \d{1,2}, \d{4}\b/u;
const NUMBER = /-?\d+(?:[.,]\d+)?/;
const NUMBER_WORDS = "zero one two three four five six seven eight nine ten eleven twelve".split(" ");
const NEGATION = /\b(do not know|don't know|not|never|no longer|no)\b/i;
export const UNKNOWN = /\bI do(?: not|n't) know\b/;

export function dateIn(answer: string): string {
  return DATE.exec(answer)?.[0] ?? "";
}

export function placeIn(answer: string): string {
  return PLACE.exec(answer)?.[1] ?? "";
}

export function namesIn(answer: string): string[] {
  return [...new Set(withoutDates(answer).match(NAME) ?? [])].filter(
    (name) => !/^(I|The|A|An|He|She|It|They|We|On|In)$/.test(name),
  );
}

export function sentencesIn(answer: string): string[] {
  return answer.split(/(?<=[.!?…])\s+/).filter((sentence) => sentence !== "");
}

/** Months are no names, and days and years no counts. */
function withoutDates(answer: string): string {
  return answer.replace(new RegExp(DATE, "gu"), "");
}

export function numberIn(answer: string): number {
  const digits = NUMBER.exec(withoutDates(answer))?.[0];
  if (digits !== undefined) return Number(digits.replace(",", "."));
  const words = answer.toLowerCase().match(/\p{L}+/gu) ?? [];
  return Math.max(0, NUMBER_WORDS.indexOf(words.find((word) => NUMBER_WORDS.includes(word)) ?? "zero"));
}

/** Whether the answer says yes to a property of this name. */
export function saysYes(name: string, answer: string): boolean {
  return !(/known|found|answered/i.test(name) ? UNKNOWN : NEGATION).test(answer);
}
