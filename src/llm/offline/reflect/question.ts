import { relatedWords } from "../related-words.ts";
import { stemOf, type Word, wordsOf } from "../words.ts";

export interface KeyWord {
  stem: string;
  weight: number;
  /** Stems of words that the key word is also about, and how much they count. */
  related: Map<string, number>;
}

export interface Question {
  text: string;
  /** What it asks for, as far as its words tell. */
  asksFor: "time" | "place" | "person" | "age" | "number" | "reason" | "other";
  /** Stems of the proper names in it. */
  names: string[];
  /** Its other words that say what it is about. */
  keyWords: KeyWord[];
  /** Whether it is about how things are, so that later facts come first. */
  isPresent: boolean;
  /** Whether it says so: then only the latest fact holds. */
  asksForNow: boolean;
  /** Whether it is about how things were before, or how they changed. */
  asksForHistory: boolean;
  /** Whether it asks for what is not so. */
  isNegated: boolean;
  /** Whether it is no question but a task, which takes all that bears on it. */
  isTask: boolean;
}

/** A question is read no further than this. */
const MOST = 20_000;

const PRESENT = /\b(does|do|is|are|am|has|have)\b/i;
const PAST = /\b(did|was|were|had)\b/i;
const NOW = /\b(now|currently|nowadays|these days|at the moment|still|any ?more|latest)\b/i;
const HISTORY =
  /\b(before|previous(ly)?|formerly|used to|earlier|originally|at first|changed?|changes|over time|in the past|history|both|all the)\b/i;

const WHEN_SO = /^(still|now|currently)$/i;
const NEGATED = /\b(not|never|no|nobody|nothing|cannot|\w+n['’]t)\b/i;

const QUESTION =
  /\?|^\s*(who|what|which|when|where|why|how|do|does|did|is|are|was|were|has|have|had|can|could|will|would)\b/i;

const ASKS_FOR: [Question["asksFor"], RegExp][] = [
  ["time", /\bwhen\b|\b(what|which) (date|day|year|month|time)\b|\bhow long ago\b/i],
  ["place", /\bwhere\b|\b(what|which|in) (city|town|country|place|street)\b/i],
  ["person", /\bwho(m|se)?\b/i],
  ["age", /\bhow old\b/i],
  ["reason", /\b(why|what for|for what reason|how come)\b/i],
  ["number", /\bhow (many|much|old|long|far|often)\b/i],
];

export function readQuestion(sent: string): Question {
  const text = sent.slice(0, MOST);
  const words = wordsOf(text);
  const names = words.filter(isName);
  const weights = new Map<string, number>();
  for (const { stem, weight } of words.filter(isKeyWord)) {
    weights.set(stem, Math.max(weight, weights.get(stem) ?? 0));
  }
  return {
    text,
    asksFor: ASKS_FOR.find(([, pattern]) => pattern.test(text))?.[0] ?? "other",
    names: unique(names.map(({ stem }) => stem)),
    keyWords: [...weights].map(([stem, weight]) => ({ stem, weight, related: relatedStems(stem) })),
    asksForNow: NOW.test(text),
    isPresent: NOW.test(text) || (PRESENT.test(text) && !PAST.test(text)),
    asksForHistory: HISTORY.test(text),
    isNegated: NEGATED.test(text),
    isTask: !QUESTION.test(text),
  };
}

/** What to search for when the question's own words found nothing: its names, and what its words are also about. */
export function otherWords(text: string): string {
  const words = wordsOf(text.slice(0, MOST)).filter(({ weight }) => weight > 0);
  const names = words.filter(isName).map((word) => word.text);
  const others = words.filter((word) => !isName(word));
  const related = others.flatMap(({ stem }) => relatedWords(stem).map(({ word }) => word));
  return unique([...names, ...related, ...others.map(({ base }) => base)]).join(" ");
}

function relatedStems(stem: string): Map<string, number> {
  const related = new Map<string, number>();
  for (const { word, weight } of relatedWords(stem)) {
    const other = stemOf(word);
    related.set(other, Math.max(weight, related.get(other) ?? 0));
  }
  return related;
}

/** At the start of a sentence every word is capitalised: there it is taken for an ordinary one. */
function isName(word: Word): boolean {
  return word.weight === 1 && !word.startsSentence && /^\p{Lu}/u.test(word.text);
}

/** Those that say when something was so are understood already. */
function isKeyWord(word: Word): boolean {
  return word.weight > 0 && !isName(word) && !WHEN_SO.test(word.text);
}

function unique(values: string[]): string[] {
  return [...new Set(values)];
}
