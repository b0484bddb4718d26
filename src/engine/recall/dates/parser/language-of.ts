import { VOCABULARIES } from "./languages/all.ts";
import { FIGURES } from "./languages/asian.ts";
import { ENGLISH } from "./languages/english.ts";
import type { Vocabulary } from "./languages/vocabulary.ts";
import { Locale, plain } from "./locale.ts";
import { takeZone } from "./zones.ts";

/** A text of these tells no language, and is English. */
const FIGURES_ONLY = /^[0-9 /\-)(.:\\,']*$/;
/** Letters that every language has in its times. */
const TIME_LETTERS = /[^ampq]/u;

/** Made when they are first needed: most queries name no date, and most of those that do hold words of few languages. */
const locales = new Map<Vocabulary, Locale>();

function localeOf(vocabulary: Vocabulary): Locale {
  const known = locales.get(vocabulary);
  if (known) return known;
  const locale = new Locale(vocabulary);
  locales.set(vocabulary, locale);
  return locale;
}

export function englishLocale(): Locale {
  return localeOf(ENGLISH);
}

const WORDS = /\p{L}+|\p{N}+/gu;

interface Language {
  vocabulary: Vocabulary;
  /** Of which one must be in a text for it to be taken for this language. */
  words: ReadonlySet<string>;
}

let languages: readonly Language[] | undefined;

/** Every language. Made when it is first needed, as the locales are. */
function allLanguages(): readonly Language[] {
  languages ??= VOCABULARIES.map((vocabulary) => ({
    vocabulary,
    words: new Set(
      [...Object.values(vocabulary.words), vocabulary.skipped].flatMap((words) => words.match(WORDS) ?? []),
    ),
  }));
  return languages;
}

/**
 * The language that a text is in, or is taken for: that of a letter that no other language has, else the one that knows most of its
 * words as words of dates.
 */
export function languageOf(text: string): Locale | undefined {
  const lower = text.toLowerCase();
  if (FIGURES_ONLY.test(lower)) return englishLocale();
  const told = VOCABULARIES.find(({ letters = "" }) =>
    Array.from(letters).some((letter) => lower.includes(letter)),
  );
  if (told) return localeOf(told);
  const letters = lower.match(/\p{L}/gu) ?? [];
  if (!letters.some((letter) => TIME_LETTERS.test(letter))) {
    // Signs that dates are written with, and that some language's words hold.
    return /[/,-]/.test(lower) ? localeOf(FIGURES) : undefined;
  }
  return languageOfWords(lower);
}

function languageOfWords(lower: string): Locale | undefined {
  const text = plain(lower);
  const zoneless = takeZone(text).text;
  const held = new Set(text.match(WORDS));
  let best: { locale: Locale; telling: number; others: number } | undefined;
  for (const { vocabulary, words } of allLanguages()) {
    // Where a language has nothing but the numbers, English has as much, and comes first.
    const mayTell = vocabulary.isUnspaced || [...held].some((word) => words.has(word));
    if (!mayTell && vocabulary !== ENGLISH) continue;
    if (!(vocabulary.alphabet ?? /\p{L}/u).test(lower)) continue;
    const locale = localeOf(vocabulary);
    let count = locale.count(text);
    if (count.telling + count.others === 0) count = locale.count(zoneless);
    if (count.telling + count.others === 0) continue;
    const isBetter =
      !best || count.telling > best.telling || (count.telling === best.telling && count.others > best.others);
    if (isBetter) best = { locale, ...count };
  }
  return best?.locale;
}
