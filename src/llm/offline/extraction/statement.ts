import type { FoundDate } from "./dates.ts";
import type { Speaker } from "./speakers.ts";

/** What a text states in a sentence, or in a few that need one another. */
export interface Statement {
  text: string;
  speaker: Speaker | undefined;
  /** Whom "you" means in it. */
  addressee: Speaker | undefined;
  /** Whether an assistant tells of itself. */
  isOwn: boolean;
  /** The names that it is looked up by, some of them twice. */
  entities: string[];
  /** Whom a following "she" or "he" means: the only person in it, who is its subject. */
  subject: string | undefined;
  date: FoundDate | undefined;
}

/** What two statements that need one another may come to, in characters. */
const MAX_LENGTH = 400;

/** A beginning that points back to the sentence before. */
const POINTS_BACK =
  /^(?:it|it['’]s|its|this|that|that['’]s|these|those|they|they['’]\p{L}+|their|them|he|he['’]\p{L}+|his|she|she['’]\p{L}+|her|there|then|so|but|and|because|which|also|however|instead|afterwards|later)\b/iu;

export function pointsBack(sentence: string): boolean {
  return POINTS_BACK.test(sentence);
}

/** A sentence that begins with "she" or "his" with the name in its place. */
export function namePronoun(sentence: string, subject: string): string {
  return sentence
    .replace(/^(?:he|she)(['’]s|['’]d|['’]ll)?(?=\s)/i, (_, contraction = "") => subject + contraction)
    .replace(/^(?:his|her)(?=\s)/i, `${subject}'s`);
}

/** Adds a sentence to the statement that it points back to. @returns false when the two would be too long. */
export function merge(statement: Statement, next: Statement): boolean {
  if (statement.text.length + next.text.length > MAX_LENGTH) return false;
  statement.text += ` ${next.text}`;
  statement.isOwn ||= next.isOwn;
  statement.addressee ??= next.addressee;
  statement.entities.push(...next.entities);
  statement.date ??= next.date;
  return true;
}
