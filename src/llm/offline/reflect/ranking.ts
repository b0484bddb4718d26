/** Which of the facts answer the question. */

import { stemsOf } from "../words.ts";
import { type Fact, isFirstPerson } from "./evidence.ts";
import { isOfKind, tellsAge } from "./kinds.ts";
import type { KeyWord, Question } from "./question.ts";
import { BEFORE } from "./said.ts";

/** What the first place in a search is worth beside all of the question's words: the search knows what was said nearby. */
const FIRST_PLACE = 2;
/** The place that is worth half of it. */
const HALF_PLACE = 10;
/** From so many results on it is worth that much. */
const LONG_SEARCH = 20;
/** For a fact that is of the kind that is asked for. */
const KIND_BONUS = 0.1;
/** For a fact that gives a reason, where it is asked why: it seldom repeats the question's words. */
const REASON_BONUS = 0.25;
/** For a fact that denies nothing, where it is asked what is not so. */
const AFFIRMED = 0.5;
const NEGATION = /\b(?:not|never|no|nobody|nothing|none|cannot|without|\w+n['’]t)\b/i;
/** For a fact that tells only what is no more, where it is asked what is. */
const ENDED = 0.5;
const TELLS_OF_AN_END = /^[^,;:]*\b(?:no longer|used to|any ?more)\b[^,;:]*$/i;
/** How well a word stands for another that begins with the same letters: `adopt`, `adoption`. */
const FAMILY = 0.5;
const FAMILY_LETTERS = 5;
const AGE_STEM = "old";
/** With less than this share of the question's words in its best fact, it is about something else. */
const LEAST_WORDS = 0.25;
/** Facts this close to the best one are part of the answer. */
const NEAR_BEST = 0.6;
const MAX_FACTS = 3;
/** For tasks, and for questions about how things went. */
const MORE_FACTS = 5;
/** Observations, and sentences of mental models, beside the facts. */
const MAX_DERIVED = 2;

/** A fact's words: of its statement, of whom it concerns, and of what it was retained with. */
interface Indexed {
  fact: Fact;
  stems: ReadonlySet<string>;
  families: ReadonlySet<string>;
  /** Of who says it, where that is known. */
  speaker: ReadonlySet<string>;
}

interface Ranked {
  fact: Fact;
  score: number;
  /** Which share of the question's words it has; the fewer facts have a word, the more it weighs. */
  words: number;
  /** Whether it has one of those that say what the question is about. */
  topical: boolean;
}

/**
 * The facts that answer the question, best first; none when its names or what it is about occur in no fact that concerns whom it
 * names.
 */
export function rankFacts(question: Question, facts: readonly Fact[]): Fact[] {
  const ranked = rank(
    question,
    facts.filter((fact) => !isPast(question, fact)),
  );
  const least = question.isTask ? 0 : LEAST_WORDS;
  if (!ranked.some(({ words, topical }) => topical && words >= least)) return [];
  const threshold = (ranked[0]?.score ?? 0) * NEAR_BEST;
  // An answer seldom repeats the question's words, but only in a talk does it stand for itself.
  const candidates = ranked.filter(
    ({ fact, score, topical }) =>
      score >= threshold && (topical || (fact.context !== undefined && !question.asksForNow)),
  );
  const ages = question.asksFor === "age" ? candidates.filter(({ fact }) => isOfKind(fact, "age")) : [];
  if (ages.length > 0) return best(ages, MAX_FACTS);
  const most = question.isTask || question.asksForHistory ? MORE_FACTS : MAX_FACTS;
  return best(candidates, most);
}

/** The facts for a document on a subject: all that concern whom it names, best first, as far as they fit. */
export function rankForDocument(question: Question, facts: readonly Fact[], most: number): Fact[] {
  const ranked = rank(question, facts);
  const isGeneral = question.keyWords.every(({ weight }) => weight < 1);
  const topical = isGeneral ? ranked : ranked.filter((entry) => entry.topical);
  // A subject in general words, such as "preferences", is what the search found for it.
  return (topical.length > 0 ? topical : ranked).slice(0, most).map(({ fact }) => fact);
}

/** The facts that concern whom the question names, best first; none when one of the names occurs in no fact. */
function rank(question: Question, facts: readonly Fact[]): Ranked[] {
  const indexed = facts.map(index);
  if (question.names.some((name) => !indexed.some(({ stems }) => stems.has(name)))) return [];
  const isMeant = meansAll(question, indexed);
  const shareOf = wordShares(question, indexed);
  const hasTopic = topicTest(question);
  const placeValue = placeValues(facts);
  const ranked = indexed.flatMap((entry): Ranked[] => {
    const concern = concernOf(entry, question);
    if (concern === 0 || !isMeant(entry)) return [];
    const isKind = isOfKind(entry.fact, question.asksFor);
    const shared = shareOf(entry);
    const givesReason = isKind && question.asksFor === "reason" && shared > 0 && question.names.length > 0;
    const words = shared + (givesReason ? REASON_BONUS : 0);
    const kind = isKind ? KIND_BONUS : 0;
    const denied =
      question.isNegated && question.asksFor !== "reason" && !NEGATION.test(entry.fact.statement);
    const ended = asksWhatIs(question) && TELLS_OF_AN_END.test(entry.fact.statement) ? ENDED : 1;
    const score = concern * ended * (denied ? AFFIRMED : 1) * (shared + placeValue(entry.fact) + kind);
    return [{ fact: entry.fact, words, topical: givesReason || hasTopic(entry), score }];
  });
  // A stable sort: equals stay in the order of the search.
  return ranked.sort((a, b) => b.score - a.score);
}

/** "Does Ann still have the Volvo?": with names alone it is about what has all of them, if anything has. */
function meansAll(
  { names, keyWords, isTask }: Question,
  entries: readonly Indexed[],
): (entry: Indexed) => boolean {
  const hasAll = ({ stems, speaker }: Indexed) => names.every((name) => stems.has(name) || speaker.has(name));
  return isTask || keyWords.length > 0 || !entries.some(hasAll) ? () => true : hasAll;
}

/** A page says itself what was before: that is no answer to what is. */
function isPast({ isPresent, asksForHistory }: Question, { statement }: Fact): boolean {
  return isPresent && !asksForHistory && statement.startsWith(BEFORE);
}

/** Whether it asks for something that is so now, which is not answered by what was. */
function asksWhatIs({ isPresent, asksForHistory, asksFor }: Question): boolean {
  return isPresent && !asksForHistory && asksFor !== "other";
}

/** The first of each kind: what was made of facts says much the same as they do, and does not take their place. */
function best(ranked: readonly Ranked[], most: number): Fact[] {
  const counts = { memory: 0, observation: 0, mental_model: 0 };
  return ranked.flatMap(({ fact }) => {
    counts[fact.kind] += 1;
    return counts[fact.kind] <= (fact.kind === "memory" ? most : MAX_DERIVED) ? fact : [];
  });
}

function index(fact: Fact): Indexed {
  const { statement, when, involving, context, entities } = fact;
  const stems = stemsOf([statement, when, involving, context, ...entities].join(" "));
  // What "old" asks for is said without the word.
  if (tellsAge(statement)) stems.add(AGE_STEM);
  const families = [...stems].filter((stem) => stem.length >= FAMILY_LETTERS).map(familyOf);
  return { fact, stems, families: new Set(families), speaker: stemsOf(tellerOf(fact) ?? "") };
}

/** Who says it: the context tells, or whoever is concerned by what is said in the first person. */
function tellerOf({ statement, involving, context }: Fact): string | undefined {
  return context ?? (isFirstPerson(statement) ? involving : undefined);
}

/** How much of whom the question names a fact concerns, from 0 to 1. What one of them says counts in full. */
function concernOf({ stems, speaker }: Indexed, { names }: Question): number {
  if (names.length === 0 || names.some((name) => speaker.has(name))) return 1;
  return names.filter((name) => stems.has(name)).length / names.length;
}

/** Whether a fact has a word that the question is about. A question of names alone is about all facts with one of them. */
function topicTest({ keyWords }: Question): (entry: Indexed) => boolean {
  const topical = keyWords.filter(({ weight }) => weight === 1);
  const asked = topical.length > 0 ? topical : keyWords;
  return (entry) => asked.length === 0 || asked.some((keyWord) => match(keyWord, entry) > 0);
}

function wordShares({ keyWords }: Question, entries: readonly Indexed[]): (entry: Indexed) => number {
  const weights = keyWords.map((keyWord) => {
    const having = entries.filter((entry) => match(keyWord, entry) > 0).length;
    return keyWord.weight * Math.log(1 + (entries.length + 1) / (having + 1));
  });
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  if (total === 0) return () => 1;
  return (entry) =>
    keyWords.reduce((sum, keyWord, place) => sum + (weights[place] ?? 0) * match(keyWord, entry), 0) / total;
}

function match({ stem, related }: KeyWord, { stems, families }: Indexed): number {
  if (stems.has(stem)) return 1;
  const family = stem.length >= FAMILY_LETTERS && families.has(familyOf(stem)) ? FAMILY : 0;
  return Math.max(family, ...[...related].map(([other, weight]) => (stems.has(other) ? weight : 0)));
}

function familyOf(stem: string): string {
  return stem.slice(0, FAMILY_LETTERS);
}

/** A search that brought little brought all it had: its order says less. */
function placeValues(facts: readonly Fact[]): (fact: Fact) => number {
  const last = Math.max(...facts.map(({ place }) => place));
  const value = (place: number) => FIRST_PLACE / (1 + place / HALF_PLACE);
  return ({ place }) => Math.min(1, last / LONG_SEARCH) * (value(place) - value(last));
}
