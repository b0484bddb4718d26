import type { Word } from "./grammar.ts";

/** Capitalised words that name nothing to look a fact up by. */
const NO_NAMES = new Set(
  `i i'm i've i'll i'd january february march april may june july august september october november december jan feb mar apr jun
  jul aug sep sept oct nov dec monday tuesday wednesday thursday friday saturday sunday mon tue tues wed thu thur thurs fri sat
  sun ok okay yes no am pm mr mrs ms dr prof sir madam god tbd tba asap fyi ps lol omg hi hey hello thanks thank wow yeah hm haha
  user assistant it he she they we you the a an this that these those there my our his her its their your and but so or if
  monday's today yesterday tomorrow re faq`.split(/\s+/),
);

const CONNECTORS = new Set([
  "of",
  "de",
  "da",
  "di",
  "del",
  "della",
  "la",
  "van",
  "von",
  "der",
  "den",
  "du",
  "al",
  "bin",
  "&",
]);
const HONORIFICS = new Set([
  "mr",
  "mrs",
  "ms",
  "mx",
  "dr",
  "prof",
  "professor",
  "sir",
  "dame",
  "captain",
  "president",
]);
const NAME_TAGS = ["Person", "FirstName", "LastName", "Place", "City", "Country", "Organization"];

/** What is known of the text that a sentence stands in. */
export interface NameContext {
  /** Words, in lower case, that the text capitalises inside of sentences. */
  capitalised: ReadonlySet<string>;
  /** Whether the text's language capitalises every noun. */
  capitalisesNouns: boolean;
}

/** Reads a text's ways with capitals off its tagged sentences. */
export function nameContext(sentences: readonly (readonly Word[])[]): NameContext {
  const capitalised = new Set<string>();
  let german = 0;
  let words = 0;
  for (const sentence of sentences) {
    for (const [index, word] of sentence.entries()) {
      words += 1;
      if (/^(?:der|die|das|und|ich|ist|nicht|ein|eine|mit|wir)$/.test(word.text)) german += 1;
      if (index > 0 && isCapitalised(word) && !opensQuote(word)) capitalised.add(bare(word).toLowerCase());
    }
  }
  return { capitalised, capitalisesNouns: german * 10 > words };
}

function bare(word: Word): string {
  return word.text.replace(/['’](?:s|m|ve|ll|d|re)$/i, "").replace(/[.'’]+$/, "");
}

function isCapitalised(word: Word): boolean {
  return /^\p{Lu}|^\p{Ll}{1,2}\p{Lu}/u.test(word.text);
}

function opensQuote(word: Word): boolean {
  return /["“'(:]/.test(word.before);
}

function hasNameTag(word: Word): boolean {
  return NAME_TAGS.some((tag) => word.tags.has(tag));
}

export interface Name {
  text: string;
  isPerson: boolean;
  /** Index of its first word in the sentence. */
  start: number;
}

const TITLE = /["“]([\p{Lu}\d][^"“”]{1,60}?)["”]/gu;

/** What a sentence quotes as a title or a name, such as "The Old Man and the Sea". */
export function titlesIn(sentence: string): string[] {
  return [...sentence.matchAll(TITLE)].flatMap(([, title = ""]) => {
    const text = title.replace(/[,.]$/, "");
    const words = text.split(/\s+/);
    const capitals = words.filter((word) => /^[\p{Lu}\d]/u.test(word)).length;
    return words.length <= 6 && capitals * 2 >= words.length && !/[.!?]$/.test(text) ? [text] : [];
  });
}

/** The names in a sentence: people, places, organisations, products, titles; in order. */
export function namesOf(sentence: readonly Word[], context: NameContext): Name[] {
  const names: Name[] = [];
  let run: Word[] = [];
  const close = (end: number) => {
    const text = toName(run);
    if (text !== undefined) {
      const isPerson = run.some((word) => word.tags.has("Person"));
      names.push({ text, isPerson, start: end - run.length });
    }
    run = [];
  };
  for (const [index, word] of sentence.entries()) {
    const last = run.at(-1);
    // A mark ends a name, but for the full stop of "Dr." and of initials.
    if (last && /[,;:!?()"”]|[^.]*\.\s*$/.test(last.after) && !isAbbreviated(last)) close(index);
    if (isPartOfName(sentence, index, run, context)) run.push(word);
    else close(index);
    if (/['’]s$/i.test(word.text)) close(index + 1);
  }
  close(sentence.length);
  return names;
}

function isAbbreviated(word: Word): boolean {
  return (
    /^\.\s*$/.test(word.after) &&
    (HONORIFICS.has(word.text.toLowerCase()) || /^(?:\p{Lu}|St|Mt|Ft)$/u.test(word.text))
  );
}

function isPartOfName(
  sentence: readonly Word[],
  index: number,
  run: readonly Word[],
  context: NameContext,
): boolean {
  const word = sentence[index];
  if (!word) return false;
  if (isNameWord(word, index, sentence, context)) return true;
  const last = run.at(-1);
  if (!last) return false;
  const next = sentence[index + 1];
  if (CONNECTORS.has(word.text)) return next !== undefined && isNameWord(next, index + 1, sentence, context);
  return /^\d{1,4}$/.test(word.text);
}

function isNameWord(word: Word, index: number, sentence: readonly Word[], context: NameContext): boolean {
  const key = bare(word).toLowerCase();
  if (!isCapitalised(word)) return false;
  if (HONORIFICS.has(key) || (/^\p{Lu}$/u.test(word.text) && word.after.startsWith("."))) return true;
  if (NO_NAMES.has(key) || key.length < 2) return false;
  if (context.capitalisesNouns) return hasNameTag(word) && !word.tags.has("Determiner");
  const previous = sentence[index - 1];
  const startsSentence =
    index === 0 || opensQuote(word) || (previous !== undefined && /[.!?:]/.test(previous.after));
  if (!startsSentence) return true;
  if (hasNameTag(word) || context.capitalised.has(key)) return true;
  // A name by its shape.
  const isAcronym = /^\p{Lu}{2,}\d*$/u.test(word.text);
  const isProper = word.tags.has("ProperNoun");
  return isAcronym || isProper || /^\p{Lu}\p{Ll}+\p{Lu}/u.test(word.text);
}

function toName(run: readonly Word[]): string | undefined {
  const words = run.map((word, index) =>
    index < run.length - 1 && isAbbreviated(word) ? `${bare(word)}.` : bare(word),
  );
  if (words.length === 0) return undefined;
  const [only = ""] = words;
  if (words.length === 1 && (HONORIFICS.has(only.toLowerCase()) || only.length < 2)) return undefined;
  return words.join(" ");
}
