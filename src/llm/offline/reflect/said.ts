/** Sentences as they stand in a document, and whether they say what a fact says. */

import { stemsOf } from "../words.ts";
import { type Fact, sentencesOf } from "./evidence.ts";
import { MONTH_NAMES, spelledDay } from "./spelled-dates.ts";

/** Which share of a fact's words a sentence must have, and of a sentence's words a fact, for both to say the same. */
const SAME_SHARE = 0.8;
const SENTENCE_SHARE = 0.6;

/** Observations put the day that "last week" means behind it. */
const DAY_BEHIND = /\s*\([^()]*\d{4}[^()]*\)(?=[.!?…]?$)/;

export const BEFORE = "Before that: ";

const DATE = new RegExp(`^(?:Mentioned on )?((?:${MONTH_NAMES.join("|")}) \\d{1,2}, \\d{4}): `);
const SPEAKER = /^\p{Lu}[\p{L}\p{M}.'’ -]{0,39}: ["“]?(.*?)["”]?$/su;

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
  return { text: SPEAKER.exec(rest)?.[1] ?? rest, day: date?.[1] === undefined ? null : spelledDay(date[1]) };
}

/** The day that a fact is of. */
export function dayOf({ occurred, mentioned }: Fact): string | null {
  return (occurred ?? mentioned)?.slice(0, 10) ?? null;
}

/** Whether a sentence, or a longer text, has nearly all words of a fact. */
export function holds(text: string, fact: Pick<Fact, "statement">): boolean {
  const stated = statedBy(fact);
  return stated.size > 0 && shareOf(stated, stemsOf(text)) >= SAME_SHARE;
}

const NEGATION = /\b(?:not|never|no|nothing|cannot|\w+n['’]t)\b/i;

/** Whether a text, or a sentence of it, says what the fact says, and no other word in the place of one, nor its denial. */
export function tells(text: string, fact: Fact): boolean {
  const stated = statedBy(fact);
  return [text, ...text.split("\n").flatMap(sentencesOf)].some((part) => {
    if (!holds(part, fact) || NEGATION.test(part) !== NEGATION.test(fact.statement)) return false;
    const said = stemsOf(readSaid(part).text.replace(DAY_BEHIND, ""));
    return shareOf(stated, said) === 1 || shareOf(said, stated) === 1;
  });
}

/** Whether a sentence says what the fact says, and little else. */
export function saysSame(sentence: string, fact: Fact): boolean {
  const { text } = readSaid(sentence);
  return tells(text, fact) && shareOf(stemsOf(text), stemsOf(fact.statement)) >= SENTENCE_SHARE;
}

function statedBy({ statement }: Pick<Fact, "statement">): Set<string> {
  return stemsOf(readSaid(statement).text.replace(DAY_BEHIND, ""));
}

function shareOf(stems: ReadonlySet<string>, among: ReadonlySet<string>): number {
  return stems.size === 0 ? 0 : [...stems].filter((stem) => among.has(stem)).length / stems.size;
}
