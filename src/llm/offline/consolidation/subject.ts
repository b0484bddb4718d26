import type { Tagger, Word } from "../extraction/grammar.ts";
import { stemOf } from "../words.ts";
import { topicOf } from "./topics.ts";

/** People and animals that somebody has, who are somebody of their own. */
const OTHERS = new Set(
  `mother father mum mom dad parent sister brother sibling son daughter child kid baby aunt uncle cousin nephew niece grandmother
  grandfather grandma grandpa husband wife partner spouse girlfriend boyfriend fiancé friend neighbour neighbor colleague boss
  teacher doctor landlord roommate flatmate dog cat puppy kitten horse rabbit hamster bird pet team company family`.split(
    /\s+/,
  ),
);

const TITLES = /^(?:mr|mrs|ms|mx|dr|prof|professor|sir|dame|captain)$/;
const SPEAKER = /^(\p{Lu}[\p{L}\p{M}\d .'’-]{0,39}): /u;
const MARKS_SUBJECT = ["Verb", "Auxiliary", "Copula", "Modal"];
const SKIPPED = ["Determiner", "Conjunction", "Preposition", "Adverb", "Date"];

/** Whom or what a statement is about, as words that can be compared; "" when that does not show. */
export function subjectOf(text: string, tagger: Tagger): string {
  const speaker = SPEAKER.exec(text)?.[1];
  if (speaker !== undefined) return normal(speaker.split(/\s+/));
  const words = tagger(text.slice(0, 200));
  const phrase = subjectPhrase(words);
  const names = phrase.filter((word) => !SKIPPED.some((tag) => word.tags.has(tag)));
  const owner = phrase.findIndex(isPossessive);
  if (owner < 0) return normal(names.map(({ text }) => text));
  const owned = phrase.slice(owner + 1).map(({ text }) => text.toLowerCase());
  const other = owned.find((word) => OTHERS.has(word) || OTHERS.has(word.replace(/s$/, "")));
  const own = phrase
    .slice(0, owner + 1)
    .filter((word) => !SKIPPED.some((tag) => word.tags.has(tag)))
    .map(({ text }) => text);
  // What somebody has is told of them; whom somebody has, of these.
  return normal(other === undefined ? own : [...own, other]);
}

/** The words before the first verb, without what stands before a comma: "In May, Ann …". */
function subjectPhrase(words: readonly Word[]): Word[] {
  const verb = words.findIndex((word, index) => index > 0 && MARKS_SUBJECT.some((tag) => word.tags.has(tag)));
  const before = verb < 0 ? leadingNames(words) : words.slice(0, verb);
  const comma = before.findLastIndex((word) => /[,;:]/.test(word.after));
  const phrase = before.slice(comma + 1);
  return phrase.length > 0 ? phrase : before;
}

/** Where no verb is known, as in other languages: the capitalised words that it begins with. */
function leadingNames(words: readonly Word[]): Word[] {
  if (words[0]?.tags.has("Verb")) return [];
  const end = words.findIndex(({ text }) => !/^\p{Lu}/u.test(text));
  return words.slice(0, Math.max(1, end < 0 ? words.length : end));
}

function isPossessive({ text }: Word): boolean {
  return /['’]s?$/i.test(text) || /^(?:my|our|your|his|her|their)$/i.test(text);
}

const PRONOUNS = new Set(["he", "she", "it", "they", "this", "that", "these", "those", "there", "you"]);

function normal(words: readonly string[]): string {
  const stems = words
    .map((word) => word.toLowerCase().replace(/['’].*$/, ""))
    .filter((word) => /[\p{L}\p{N}]/u.test(word) && !TITLES.test(word) && !PRONOUNS.has(word))
    .map((word) => (word === "my" ? "i" : word === "our" ? "we" : stemOf(word)));
  return [...new Set(stems)].sort().join(" ");
}

/** Says which statements go into one observation: those with the same subject and topic. */
export interface Key {
  subject: string;
  /** The observation's; the same for all statements in it. */
  text: string;
}

export function keyOf(text: string, tagger: Tagger): Key {
  const subject = subjectOf(text, tagger);
  // What is about nobody stands for itself.
  return { subject, text: subject === "" ? `= ${text}` : `${subject} / ${topicOf(text)}` };
}
