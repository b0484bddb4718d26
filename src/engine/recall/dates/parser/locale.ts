import { type DateOrder, NUMBER, type Vocabulary } from "./vocabulary.ts";

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
  readonly #words = new Map<string, string>();
  readonly #known: RegExp;
  readonly #counted: RegExp;
  readonly #readings: { pattern: RegExp; reading: string }[];
  readonly #rewritings: { pattern: RegExp; replacement: string }[];

  constructor({ language, order, words, skipped, counted, rewritings }: Vocabulary) {
    this.language = language;
    this.order = order;
    for (const word of [...skipped.split(" "), "t"]) this.#words.set(word, "");
    for (const [reading, spellings] of Object.entries(words)) {
      for (const word of spellings.split(" ")) this.#words.set(word.replaceAll("_", " "), reading);
    }
    for (const sign of KEPT) this.#words.set(sign, sign);
    for (const [word, reading] of Object.entries(COMMON)) this.#words.set(word, reading);

    const known = byLength([...this.#words.keys()]).map((word) =>
      word.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&"),
    );
    this.#known = new RegExp(`(?<!\\p{L})(?:${known.join("|")})(?!\\p{L})`, "iu");
    const patterns = byLength(counted.map(([pattern]) => pattern)).map((pattern) =>
      pattern.replaceAll("#", NUMBER),
    );
    this.#counted = wholeWords(`(${patterns.join("|") || "(?!)"})`, "iu");
    this.#readings = counted.map(([pattern, reading]) => ({
      pattern: new RegExp(`^(?:${pattern.replaceAll("#", NUMBER)})$`, "iu"),
      reading,
    }));
    this.#rewritings = rewritings.map(([pattern, replacement]) => ({
      pattern: wholeWords(`(?:${pattern.replaceAll("#", `(${NUMBER})`)})`, "giu"),
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

  /** Expressions with a number, known words, numbers, separating signs, and what is unknown between them. */
  split(text: string): string[] {
    // Every second part is an expression with a number.
    return text
      .split(this.#counted)
      .flatMap((part, index) => (index % 2 === 1 ? [part] : this.#splitWords(part)))
      .filter((token) => token !== "");
  }

  #splitWords(text: string): string[] {
    const tokens: string[] = [];
    const add = (token: string) => {
      const afterNumber = DIGITS.test(tokens.at(-1) ?? "");
      if (!(afterNumber && ORDINAL_ENDINGS.has(token))) tokens.push(token);
    };
    const addUnknown = (part: string) => {
      if (!isWorthKeeping(part)) return;
      for (const token of part.split(/(\p{Nd}+)/u)) if (isWorthKeeping(token)) add(token);
    };
    let rest = text;
    while (rest !== "") {
      const match = this.#known.exec(rest);
      if (!match) break;
      addUnknown(rest.slice(0, match.index));
      if (isWorthKeeping(match[0])) add(match[0]);
      rest = rest.slice(match.index + match[0].length);
    }
    addUnknown(rest);
    return tokens;
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
