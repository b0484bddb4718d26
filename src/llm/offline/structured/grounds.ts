/** What an answer says of a property, found by the words of the property's name. */
import { relatedWords } from "../related-words.ts";
import { stemOf, wordsOf } from "../words.ts";
import { ageIn, firstNumber, moneyIn, numbersIn, sentencesIn, UNKNOWN } from "./answer-parts.ts";

/** Stems of names that say of what kind a value is, and not of what. */
const GENERAL = new Set(
  `is has have does did can was were will should any the of in it value result answer yes true flag confirmed response number count
  total amount how many much quantity num current`
    .split(/\s+/)
    .map(stemOf),
);
const FAMILY_LETTERS = 5;
const MONEY_NAME = /rent|price|cost|fee|salary|wage|budget|pay|euro|dollar|spen[dt]/i;
const AGE_NAME = /(?:^|_)age(?:$|_)|Age\b|years?_?old/;
/** Characters in which a number stands with its word: "twenty-one old windows". */
const NEAR = 24;
const PAST = /^Before that: /;
const CLAUSE_END = /[;:]\s+|,\s+|\s+(?:but|and|because|although|while|so)\s+/;
const NEGATION =
  /\b(?:not|never|no|no longer|none|nobody|cannot|without|stopp?(?:ed|s)?|quit|gave up|\w+n['’]t)\b/i;

/** Yes or no; undefined: the answer does not tell. */
export function booleanFor(name: string, answer: string): boolean | undefined {
  if (/known|found|answered|success/i.test(name)) return !UNKNOWN.test(answer);
  if (UNKNOWN.test(answer)) return undefined;
  const spoken = /^\s*(yes|no)\b[,.!;: ]/i.exec(`${answer} `)?.[1]?.toLowerCase();
  if (spoken !== undefined) return spoken === "yes";
  const stems = stemsOfName(name);
  if (stems.length === 0) return !NEGATION.test(answer);
  const [first] = partsAbout(stems, answer);
  return first === undefined ? undefined : !NEGATION.test(first);
}

/** The number that stands with the name's words; where none does, the only one that there is, or the first for a name that says no more. */
export function numberFor(name: string, answer: string): number | undefined {
  if (/year/i.test(name)) {
    const year = /\b(?:1[5-9]|20)\d\d\b/.exec(answer)?.[0];
    if (year !== undefined) return Number(year);
  }
  const stems = stemsOfName(name);
  if (stems.length === 0) return firstNumber(answer);
  for (const part of partsAbout(stems, answer)) {
    const number = numberNear(stems, part);
    if (number !== undefined) return number;
  }
  const typical = MONEY_NAME.test(name) ? moneyIn(answer) : AGE_NAME.test(name) ? ageIn(answer) : undefined;
  if (typical !== undefined) return typical;
  const all = numbersIn(answer);
  return all.length === 1 ? all[0] : undefined;
}

/** "two rooms", and not the rent before it; else what comes after the words: "rooms: 2". */
function numberNear(stems: readonly string[], part: string): number | undefined {
  for (const { index } of part.matchAll(/[\p{L}\p{M}]+/gu)) {
    const before = part.slice(0, index);
    const [word] = wordsOf(part.slice(index));
    if (!word || !stems.some((stem) => isNear(stem, word.stem))) continue;
    const number = numbersIn(before.slice(-NEAR)).at(-1) ?? firstNumber(part.slice(index));
    if (number !== undefined) return number;
  }
  return firstNumber(part);
}

/** Of the values of an enumeration the one that the answer names first; undefined: it names none. */
export function choiceFor(values: readonly unknown[], name: string, answer: string): unknown {
  const yes = values.find((value) => /^(?:yes|true)$/i.test(String(value)));
  const no = values.find((value) => /^(?:no|false)$/i.test(String(value)));
  if (yes !== undefined && no !== undefined) {
    const said = booleanFor(name, answer);
    return said === undefined ? undefined : said ? yes : no;
  }
  const clauses = sentencesIn(answer).flatMap((sentence) => sentence.split(CLAUSE_END));
  const places = values.flatMap((value) => {
    const spelled = typeof value === "string" ? value.replaceAll(/[_-]+/g, " ").trim() : String(value);
    if (spelled === "" || value === null) return [];
    const pattern = new RegExp(`(?<![\\p{L}\\p{N}])${escaped(spelled)}(?![\\p{L}\\p{N}])`, "iu");
    const at = clauses.findIndex((clause) => pattern.test(clause.replaceAll(/[_-]+/g, " ")));
    if (at < 0) return [];
    const isDenied = NEGATION.test(clauses[at] ?? "") && !NEGATION.test(spelled);
    return [{ value, at, length: spelled.length, isDenied }];
  });
  // Of two that begin alike the longer one is meant: "in progress" and "in progress, late".
  places.sort((a, b) => Number(a.isDenied) - Number(b.isDenied) || a.at - b.at || b.length - a.length);
  return places[0]?.value;
}

/** The value that says that nothing is known, where there is one. */
export function unknownAmong(values: readonly unknown[]): unknown {
  const saying = (pattern: RegExp) =>
    values.find((value) => typeof value === "string" && pattern.test(value.trim()));
  if (values.includes(null)) return null;
  return (
    saying(
      /^(?:unknown|not[ _-]?(?:known|sure|specified|stated|available)|unspecified|undetermined|unclear|unsure|n\/?a|\?|)$/i,
    ) ?? saying(/^(?:none|other|no|false|nothing|neutral|default)$/i)
  );
}

function stemsOfName(name: string): string[] {
  const spaced = name.replaceAll(/([\p{Ll}\d])(\p{Lu})/gu, "$1 $2").replaceAll(/[_-]+/g, " ");
  return wordsOf(spaced).flatMap(({ stem }) => (GENERAL.has(stem) ? [] : stem));
}

/** The clauses, then the sentences, that have all words of a name. What was before is not what is. */
function partsAbout(stems: readonly string[], answer: string): string[] {
  const sentences = sentencesIn(answer).filter((sentence) => !PAST.test(sentence));
  const isAbout = (part: string) => {
    const said = [...new Set(wordsOf(part).map(({ stem }) => stem))];
    return stems.every((stem) => said.some((other) => isNear(stem, other)));
  };
  return [...sentences.flatMap((sentence) => sentence.split(CLAUSE_END)), ...sentences].filter(isAbout);
}

/** One that begins with the same letters, or what the name's word is also about: `pets`, and a dog. */
function isNear(stem: string, other: string): boolean {
  if (stem === other) return true;
  if (stem.length >= FAMILY_LETTERS && stem.slice(0, FAMILY_LETTERS) === other.slice(0, FAMILY_LETTERS)) {
    return true;
  }
  return relatedWords(stem).some(({ word }) => stemOf(word) === other);
}

function escaped(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
