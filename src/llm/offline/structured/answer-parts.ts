/** What an answer holds: names, places, dates, numbers. */

const NAME = /\b\p{Lu}[\p{L}\p{M}’'-]*(?:\s+\p{Lu}[\p{L}\p{M}’'-]*)*/gu;
const PLACE = /\b(?:in|at|to|near|from)\s+(?:the\s+)?(\p{Lu}[\p{L}\p{M}’'-]*(?:\s+\p{Lu}[\p{L}\p{M}’'-]*)*)/u;
/** A date in digits or words. */
const DATE = /\b\d{4}-\d{2}-\d{2}\b|\b\d{1,2} \p{Lu}\p{Ll}+ \d{4}\b|\b\p{Lu}\p{Ll}+ \d{1,2}, \d{4}\b/u;
/** Neither ordinals nor times of day: those are no counts. */
const NUMBER = String.raw`(?<![\p{L}\d:.,-])-?\d+(?:,\d{3})*(?:[.,]\d+)?(?:e[+-]?\d+(?![\p{L}\d]))?(?!\d|:\d|st\b|nd\b|rd\b|th\b)`;
const SMALL =
  "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen".split(
    " ",
  );
const TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split(" ");
const SPELLED = new Map([
  ...SMALL.map((word, value): [string, number] => [word, value]),
  ...TENS.map((word, place): [string, number] => [word, 10 * (place + 2)]),
  ["dozen", 12],
]);
const SCALES = new Map([
  ["hundred", 100],
  ["thousand", 1_000],
  ["million", 1_000_000],
]);
const WORD = [...SPELLED.keys(), ...SCALES.keys()].join("|");
const ANY_NUMBER = String.raw`${NUMBER}(?:\s(?:${[...SCALES.keys()].join("|")})\b)?|\b(?:${WORD})\b(?:(?:[\s-]|\sand\s)(?:${WORD})\b)*`;
const NUMBERS = new RegExp(ANY_NUMBER, "giu");
const CURRENCY = "€|\\$|£|euros?\\b|dollars?\\b|pounds?\\b|cents?\\b|eur\\b|usd\\b|gbp\\b";
const MONEY = new RegExp(`(?:[€$£]\\s?(${ANY_NUMBER}))|(${ANY_NUMBER})\\s?(?:${CURRENCY})`, "iu");
const AGE = new RegExp(`(${ANY_NUMBER})[\\s-]years?[\\s-]old\\b`, "iu");
export const UNKNOWN = /\bI do(?: not|n't) know\b/;

export function dateIn(answer: string): string {
  return DATE.exec(answer)?.[0] ?? "";
}

export function placeIn(answer: string): string {
  const [place = ""] = withoutPossessives(PLACE.exec(answer)?.[1] ?? "");
  return place;
}

export function namesIn(answer: string): string[] {
  return [...new Set((withoutDates(answer).match(NAME) ?? []).flatMap(withoutPossessives))].filter(
    (name) => !/^(I|The|A|An|He|She|It|They|We|On|In)$/.test(name),
  );
}

/** The first name that stands behind one of the words: "of customer Maria Gomez". */
export function nameBehind(words: readonly string[], answer: string): string | undefined {
  const known = words.map((word) => word.toLowerCase());
  return namesIn(answer).find((name) => {
    const before = answer.slice(0, answer.indexOf(name)).match(/(\p{L}+)[\s:]+$/u)?.[1];
    return before !== undefined && known.includes(before.toLowerCase());
  });
}

/** "Ann's Rex" are two names. */
function withoutPossessives(name: string): string[] {
  return name
    .split(/['’]s?(?:\s+|$)/u)
    .map((part) => part.replace(/[’'-]+$/, ""))
    .filter((part) => part !== "");
}

export function sentencesIn(answer: string): string[] {
  return answer.split(/(?<=[.!?…])\s+/).filter((sentence) => sentence !== "");
}

/** Months are no names, and days and years no counts. */
function withoutDates(answer: string): string {
  return answer.replace(new RegExp(DATE, "gu"), "");
}

export function numbersIn(answer: string): number[] {
  return (withoutDates(answer).match(NUMBERS) ?? []).map(valueIn);
}

export function firstNumber(answer: string): number | undefined {
  return numbersIn(answer)[0];
}

export function moneyIn(answer: string): number | undefined {
  const [, behind, before] = MONEY.exec(withoutDates(answer)) ?? [];
  const written = behind ?? before;
  return written === undefined ? undefined : valueIn(written);
}

export function ageIn(answer: string): number | undefined {
  const written = AGE.exec(answer)?.[1];
  return written === undefined ? undefined : valueIn(written);
}

/** `1,200`, `3.5`, `two million`, `four hundred and twenty-one` */
function valueIn(written: string): number {
  let sum = 0;
  let part = 0;
  for (const word of written.toLowerCase().split(/[\s]+|(?<=\p{L})(?<!\de)-/u)) {
    const scale = SCALES.get(word);
    if (scale === undefined) part += SPELLED.get(word) ?? digitsOf(word);
    else if (scale === 100) part = Math.max(1, part) * scale;
    else {
      sum += Math.max(1, part) * scale;
      part = 0;
    }
  }
  return sum + part;
}

/** A comma before three digits separates thousands, any other one the decimals. */
function digitsOf(word: string): number {
  const value = Number(word.replaceAll(/,(?=\d{3}(?!\d))/g, "").replace(",", "."));
  return Number.isFinite(value) ? value : 0;
}
