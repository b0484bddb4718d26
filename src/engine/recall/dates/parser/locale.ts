import { type DateOrder, NUMBER, type Vocabulary } from "./languages/vocabulary.ts";

/** Signs that separate the parts of a date: every language keeps them. */
const KEPT = ["+", ":", ".", " ", "-", "/"];
/** Words that every language leaves as they are. */
const COMMON = { am: "am", pm: "pm", utc: "UTC", gmt: "GMT", z: "Z" };
const ORDINAL_ENDINGS = new Set(["st", "nd", "rd", "th"]);
const UNITS = new Set(["day", "week", "month", "year", "hour", "minute", "second"]);
const DIGITS = /^\p{Nd}+$/u;

/** Without accents, and with signs in their plain forms. */
export function plain(text: string): string {
  return text.normalize("NFKD").replace(/\p{Mn}/gu, "");
}

/** "in" before a point in time (`in May`) says nothing; before a length of time (`in 3 days`) it does. */
export function dropIdleIn(words: string[]): string[] {
  const index = words.indexOf("in");
  return index < 0 || words.some((word) => UNITS.has(word)) ? words : words.with(index, "");
}

/** A vocabulary, made ready to split and translate what is written in its language. */
export class Locale {
  readonly language: string;
  readonly order: DateOrder;
  readonly readsItself: boolean;
  readonly isUnspaced: boolean;
  readonly #sentenceEnd: RegExp;
  /** Whether a word, or a word of an expression, says something of a date. */
  readonly #telling = new Map<string, boolean>();
  readonly #words = new Map<string, string>();
  readonly #known: RegExp;
  readonly #counted: RegExp;
  readonly #readings: { pattern: RegExp; reading: string }[];
  readonly #rewritings: { pattern: RegExp; replacement: string }[];

  constructor(vocabulary: Vocabulary) {
    const { words, skipped, counted = [], rewritings = [] } = vocabulary;
    this.language = vocabulary.language;
    this.order = vocabulary.order;
    this.readsItself = vocabulary.readsItself ?? false;
    this.isUnspaced = vocabulary.isUnspaced ?? false;
    this.#sentenceEnd = vocabulary.sentenceEnd ?? /[.!?;…\r\n]+\s*/;
    for (const word of [...skipped.split(" "), "t"]) this.#words.set(word.replaceAll("_", " "), "");
    for (const [reading, spellings] of Object.entries(words)) {
      for (const word of spellings.split(" ")) this.#words.set(word.replaceAll("_", " "), reading);
    }
    for (const sign of KEPT) this.#words.set(sign, sign);
    for (const [word, reading] of Object.entries(COMMON)) this.#words.set(word, reading);
    for (const [words, reading] of this.#words) {
      for (const word of words.split(" ")) if (word.length > 1) this.#telling.set(word, reading !== "");
    }

    const known = byLength([...this.#words.keys()]).map((word) =>
      word.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&"),
    );
    const edges = this.isUnspaced ? ["", ""] : ["(?<!\\p{L})", "(?!\\p{L})"];
    this.#known = new RegExp(edges.join(`(?:${known.join("|")})`), this.isUnspaced ? "iu" : "u");
    const patterns = byLength(counted.map(([pattern]) => pattern)).map((pattern) =>
      pattern.replaceAll("#", NUMBER),
    );
    this.#counted = wholeWords(`(${patterns.join("|") || "(?!)"})`, "u");
    this.#readings = counted.map(([pattern, reading]) => ({
      pattern: new RegExp(`^(?:${pattern.replaceAll("#", NUMBER)})$`, "u"),
      reading,
    }));
    this.#rewritings = rewritings.map(([pattern, replacement]) => ({
      pattern: wholeWords(`(?:${pattern.replaceAll("#", `(${NUMBER})`)})`, "gu"),
      replacement,
    }));
  }

  /** What a word is read as: "" when it says nothing, undefined when the language does not know it. */
  reading(word: string): string | undefined {
    return this.#words.get(word);
  }

  /** In lower case, and in the form that the other methods read. */
  simplify(text: string): string {
    return this.#rewritings.reduce(
      (simplified, { pattern, replacement }) => simplified.replace(pattern, replacement).toLowerCase(),
      text.toLowerCase(),
    );
  }

  /** Whether everything in a text belongs to a date. */
  understands(text: string): boolean {
    const tokens = this.split(this.simplify(plain(text)));
    return (
      tokens.some((token) => !KEPT.includes(token)) &&
      tokens.every(
        (token) => DIGITS.test(token) || this.#counting(token) !== undefined || this.#words.has(token),
      )
    );
  }

  /** A date's text in the common language of `absolute-date.ts` and `relative-date.ts`. */
  translate(text: string): string {
    const tokens = this.split(this.simplify(plain(text))).map((token) => {
      const counting = this.#counting(token);
      if (counting === undefined) return this.#words.get(token.toLowerCase()) ?? token;
      return counting.replaceAll("#", new RegExp(NUMBER).exec(token)?.[0] ?? "");
    });
    return join(withoutEmpty(dropIdleIn(tokens)));
  }

  /**
   * Expressions with a number, known words, numbers, separating signs, and what is unknown between them.
   * @param keepsAll whether signs and blanks that separate nothing are kept as well.
   */
  split(text: string, keepsAll = false): string[] {
    // Every second part is an expression with a number.
    return text
      .split(this.#counted)
      .flatMap((part, index) => (index % 2 === 1 ? [part] : this.#splitWords(part, keepsAll)))
      .filter((token) => token !== "");
  }

  #splitWords(text: string, keepsAll: boolean): string[] {
    const tokens: string[] = [];
    const add = (token: string) => {
      if (token === "" || !(keepsAll || isWorthKeeping(token))) return;
      const afterNumber = DIGITS.test(tokens.at(-1) ?? "");
      if (!(afterNumber && ORDINAL_ENDINGS.has(token))) tokens.push(token);
    };
    const addUnknown = (part: string) => {
      if (keepsAll || isWorthKeeping(part)) for (const token of part.split(/(\p{Nd}+)/u)) add(token);
    };
    let rest = text;
    while (rest !== "") {
      const match = this.#known.exec(rest);
      if (!match) break;
      addUnknown(rest.slice(0, match.index));
      add(match[0]);
      rest = rest.slice(match.index + match[0].length);
    }
    addUnknown(rest);
    return tokens;
  }

  sentences(text: string): string[] {
    return text.split(this.#sentenceEnd).filter((sentence) => sentence !== "");
  }

  /** What a search for dates looks at one by one. */
  wordsOf(sentence: string): string[] {
    if (this.isUnspaced) return this.#splitNumbers(sentence, true);
    return sentence.split(/\s+/).filter((word) => word !== "");
  }

  joinWords(words: readonly string[]): string {
    const joined = words.filter((word) => word !== "").join(this.isUnspaced ? "" : " ");
    return this.isUnspaced ? joined : joined.replace(/\s{2,}/g, " ");
  }

  /** How many different words of a text say something of a date, and how many numbers and negligible words there are. */
  count(text: string): { telling: number; others: number } {
    const words = new Set(
      this.sentences(this.simplify(text)).flatMap((sentence) => this.#splitNumbers(sentence, false)),
    );
    const count = { telling: 0, others: 0 };
    for (const word of words) {
      const tells = this.#telling.get(word);
      if (tells) count.telling += 1;
      else if (tells === false || DIGITS.test(word)) count.others += 1;
    }
    return count;
  }

  #splitNumbers(text: string, keepsAll: boolean): string[] {
    return text.split(/(\p{Nd}+)/u).flatMap((part) => this.split(part, keepsAll));
  }

  #counting(token: string): string | undefined {
    return this.#readings.find(({ pattern }) => pattern.test(token))?.reading;
  }
}

function byLength(words: string[]): string[] {
  return words.sort((a, b) => b.length - a.length);
}

function wholeWords(source: string, flags: string): RegExp {
  return new RegExp(`(?<![\\p{L}\\p{N}])${source}(?![\\p{L}\\p{N}])`, flags);
}

function isWorthKeeping(token: string): boolean {
  return KEPT.includes(token) || /[\p{L}\p{N}]/u.test(token);
}

/** Where a word fell away between blanks, the longer run of blanks stays, not both. */
function withoutEmpty(tokens: string[]): string[] {
  const kept: string[] = [];
  for (let index = 0; index < tokens.length; index += 1) {
    const token = tokens[index] ?? "";
    if (token !== "") {
      kept.push(token);
      continue;
    }
    const before = kept.length - 1 - kept.findLastIndex((left) => left !== " ");
    let after = 0;
    while (tokens[index + 1 + after] === " ") after += 1;
    if (before === 0 || after === 0) continue;
    kept.length -= before;
    kept.push(...Array.from({ length: Math.max(before, after) }, () => " "));
    index += after;
  }
  return kept;
}

function join(tokens: string[]): string {
  return tokens.reduce((joined, token, index) => {
    const left = tokens[index - 1];
    const apart = left !== undefined && !KEPT.includes(left) && !KEPT.includes(token);
    return joined + (apart ? " " : "") + token;
  }, "");
}
