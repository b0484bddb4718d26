/** Which of the facts answer the question. */
import type { Fact } from "./evidence.ts";
import type { KeyWord, Question } from "./question.ts";
import { stemsOf } from "./words.ts";

/** For a fact that names whom the question names. */
const NAMED_BONUS = 1;
/** For a fact that is of the kind that is asked for. */
const KIND_BONUS = 0.5;
/** Facts this close to the best one are part of the answer. */
const NEAR_BEST = 0.6;
const MAX_FACTS = 3;
/** For tasks, and for questions about how things went. */
const MORE_FACTS = 5;

interface Indexed {
  fact: Fact;
  /** Of its statement. */
  own: Set<string>;
  /** Of its statement and of whom it concerns. */
  all: Set<string>;
}

/**
 * The facts that answer the question, best first; none when its names or its key words occur in no fact. Words that few
 * facts have weigh more.
 */
export function rankFacts(question: Question, facts: readonly Fact[]): Fact[] {
  const indexed = facts.map(index);
  if (question.names.some((name) => !indexed.some(({ all }) => all.has(name)))) return [];
  const ranked = aboutTheNamed(indexed.filter(matches(question)), question)
    .map((entry) => ({ fact: entry.fact, score: scoreOf(entry, question, indexed) }))
    // A stable sort: equals stay in the order of the search.
    .sort((a, b) => b.score - a.score);
  const threshold = (ranked[0]?.score ?? 0) * NEAR_BEST;
  return ranked
    .filter(({ score }) => score > 0 && score >= threshold)
    .slice(0, question.isTask || question.asksForHistory ? MORE_FACTS : MAX_FACTS)
    .map(({ fact }) => fact);
}

function index(fact: Fact): Indexed {
  const own = stemsOf(fact.statement);
  const others = [fact.when, fact.involving, ...fact.entities].join(" ");
  return { fact, own, all: new Set([...own, ...stemsOf(others)]) };
}

/** Whether a fact has a word that the question is about. A question of names alone is about all facts with one of them. */
function matches({ keyWords, names }: Question): (entry: Indexed) => boolean {
  const topical = keyWords.filter(({ weight }) => weight === 1);
  const asked = topical.length > 0 ? topical : keyWords;
  return ({ all }) =>
    asked.length > 0 ? asked.some((keyWord) => match(keyWord, all) > 0) : names.some((name) => all.has(name));
}

/**
 * The facts that concern all whom the question names; where there is none, or the question is about earlier times and may
 * name what came later, those that concern one of them.
 */
function aboutTheNamed(entries: Indexed[], { names, asksForHistory }: Question): Indexed[] {
  if (names.length === 0) return entries;
  const ofAll = entries.filter(({ all }) => names.every((name) => all.has(name)));
  return ofAll.length > 0 && !asksForHistory
    ? ofAll
    : entries.filter(({ all }) => names.some((name) => all.has(name)));
}

function scoreOf({ fact, own, all }: Indexed, question: Question, entries: readonly Indexed[]): number {
  let score = 0;
  for (const keyWord of question.keyWords) {
    const found = match(keyWord, all);
    if (found === 0) continue;
    const having = entries.filter((other) => match(keyWord, other.all) > 0).length;
    score += found * keyWord.weight * rarity(having, entries.length);
  }
  const named = question.names.filter((name) => own.has(name)).length;
  if (named > 0) score += NAMED_BONUS * (question.asksForHistory ? 1 : named / question.names.length);
  return score + (isOfKind(fact, question.asksFor) ? KIND_BONUS : 0);
}

function match({ stem, related }: KeyWord, stems: ReadonlySet<string>): number {
  if (stems.has(stem)) return 1;
  return Math.max(0, ...[...related].map(([other, weight]) => (stems.has(other) ? weight : 0)));
}

/** 1 for a word in every fact, more the fewer have it. */
function rarity(having: number, all: number): number {
  return 1 + Math.log(all / having);
}

function isOfKind(fact: Fact, asksFor: Question["asksFor"]): boolean {
  switch (asksFor) {
    case "time":
      return fact.occurred !== undefined;
    case "place":
      return /\b(in|at|to|near|from)\s+(the\s+)?\p{Lu}/u.test(fact.statement);
    case "person":
      return fact.entities.length > 0;
    case "number":
      return /\d|\b(one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|dozen|hundred|thousand)\b/i.test(
        fact.statement,
      );
    case "other":
      return false;
  }
}
