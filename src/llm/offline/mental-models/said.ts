/** Sentences as they stand in a document, and whether they say what a fact says. */
import { MONTH_NAMES } from "../reflect/answer.ts";
import type { Fact } from "../reflect/evidence.ts";
import { wordsOf } from "../reflect/words.ts";

/** Which share of a fact's words a sentence must have, and of a sentence's words a fact, for both to say the same. */
const SAME_SHARE = 0.8;
const SENTENCE_SHARE = 0.6;

export const BEFORE = "Before that: ";

const DATE = new RegExp(`^(?:Mentioned on )?((?:${MONTH_NAMES.join("|")}) \\d{1,2}, \\d{4}): `);
const SPEAKER = /^\p{Lu}[\p{L}\p{M}.'’ -]{0,39}: ["“](.*)["”]\.?$/su;

/** A sentence without what was put before it: its day, who says it, that it was so before. */
export interface Said {
  text: string;
  /** `YYYY-MM-DD` */
  day: string | null;
}

export function readSaid(sentence: string): Said {
  const plain = sentence.startsWith(BEFORE) ? sentence.slice(BEFORE.length) : sentence;
  const date = DATE.exec(plain);
  const rest = plain.slice(date?.[0].length ?? 0);
  return { text: SPEAKER.exec(rest)?.[1] ?? rest, day: date?.[1] === undefined ? null : isoDay(date[1]) };
}

function isoDay(spelled: string): string | null {
  const [month = "", day = "", year = ""] = spelled.split(/,? /);
  const number = MONTH_NAMES.indexOf(month) + 1;
  return number === 0 ? null : `${year}-${String(number).padStart(2, "0")}-${day.padStart(2, "0")}`;
}

/** The day that a fact is of. */
export function dayOf({ occurred, mentioned }: Fact): string | null {
  return (occurred ?? mentioned)?.slice(0, 10) ?? null;
}

/** Whether a sentence, or a longer text, has nearly all words of a fact. */
export function holds(text: string, fact: Fact): boolean {
  const stated = stemsIn(fact.statement);
  return stated.size > 0 && shareOf(stated, stemsIn(text)) >= SAME_SHARE;
}

/** Whether a sentence says what the fact says, and little else. */
export function saysSame(sentence: string, fact: Fact): boolean {
  const { text } = readSaid(sentence);
  return holds(text, fact) && shareOf(stemsIn(text), stemsIn(fact.statement)) >= SENTENCE_SHARE;
}

function stemsIn(text: string): Set<string> {
  return new Set(wordsOf(text).flatMap(({ stem, weight }) => (weight > 0 ? stem : [])));
}

function shareOf(stems: ReadonlySet<string>, among: ReadonlySet<string>): number {
  return stems.size === 0 ? 0 : [...stems].filter((stem) => among.has(stem)).length / stems.size;
}
