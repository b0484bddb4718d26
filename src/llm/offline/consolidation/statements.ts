import { splitSentences } from "../extraction/sentences.ts";
import { isQuestion, isSmallTalk } from "../extraction/small-talk.ts";
import { capitalise } from "../extraction/speakers.ts";
import { namePronoun, pointsBack } from "../extraction/statement.ts";
import type { NewFact } from "./request.ts";

/** What is said of a subject in a sentence, or in a few that need one another. */
export interface Statement {
  text: string;
  /** When it was said: `YYYY-MM-DD`; null: nobody knows. */
  day: string | null;
}

/** In characters: a document that was stored as it is has sentences of any length. */
const MAX_LENGTH = 300;
/** Sentences of one fact that are looked at. */
const MAX_STATEMENTS = 24;

const CONNECTIVE = /^(?:so|but|and|also|however|then|instead|because)\b,?\s+/i;
/** Said to somebody, and not of anybody: wishes, praise, thanks. */
const ADDRESSES =
  /^(?:(?:good on|great that|glad) )?(?:you|your|yours|y['’]all|let['’]s)\b|^[^,]*\b(?:you|your|y['’]all)\b[^,]*!$/i;
const FIRST_PERSON = /^(?:i|i['’]\w+|my|we|we['’]\w+|our|me)\b/i;

/** What a fact states, each so that it can stand alone. */
export function statementsOf({ text, day }: NewFact): Statement[] {
  const [what = "", ...labelled] = text.split(" | ");
  const label = (name: string) =>
    labelled
      .find((part) => part.startsWith(name))
      ?.slice(name.length)
      .trim();
  // Whom the fact is addressed to stands behind the name.
  const involved = label("Involving: ")?.replace(/\s*[(,].*$/s, "");
  const addressee = /\(to ([^)]+)\)/.exec(label("Involving: ") ?? "")?.[1];
  const groups: string[][] = [];
  for (const written of splitSentences(what)) {
    const turnsTo = addressee !== undefined && written.startsWith(`${addressee}, `);
    const sentence = turnsTo ? capitalise(written.slice(addressee.length + 2)) : written;
    const last = groups.at(-1);
    if (last && pointsBack(sentence)) last.push(sentence);
    else if (!isTalk(sentence)) groups.push([sentence]);
  }
  const when = groups.length === 1 ? label("When: ") : undefined;
  return groups.slice(0, MAX_STATEMENTS).map(([first = "", ...more]) => {
    const opening = withDate(standAlone(first, involved), when);
    return { text: closed([opening, ...more].join(" ")), day };
  });
}

function isTalk(sentence: string): boolean {
  return isQuestion(sentence) || isSmallTalk(sentence, new Set()) || ADDRESSES.test(sentence);
}

/** Names who is meant by a sentence that begins with a pronoun, where that is known. */
function standAlone(sentence: string, involved: string | undefined): string {
  const bare = capitalise(sentence.replace(CONNECTIVE, ""));
  if (!involved) return bare;
  if (FIRST_PERSON.test(bare)) return `${capitalise(involved)}: ${bare}`;
  return namePronoun(bare, capitalise(involved));
}

/** A sentence that says "yesterday" with the date that it means. */
function withDate(sentence: string, when: string | undefined): string {
  if (!when || sentence.includes(when)) return sentence;
  return sentence.replace(/([.!?…"'”’)]*)$/, ` (${when})$1`);
}

function closed(text: string): string {
  const single = text.replace(/\s+/g, " ").trim();
  if (single.length > MAX_LENGTH) return `${single.slice(0, MAX_LENGTH).replace(/\s+\S*$/u, "")} …`;
  return /[.!?…。！？]["'”’)]*$/.test(single) ? single : `${single}.`;
}
