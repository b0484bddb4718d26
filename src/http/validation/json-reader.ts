/** What Python's `json` makes of a text: a value, or where it stops reading (in code points) and what it says then. */
export type JsonReading = { value: unknown } | { offset: number; message: string };

/**
 * Reads a text that `JSON.parse` refuses, as Python's decoder does: `NaN`, `Infinity` and `-Infinity` are values, and a
 * fault is found in the order in which that decoder reads. It goes as deep as the text does.
 */
export function readJson(text: string): JsonReading {
  try {
    return { value: new Reader(text).readAll() };
  } catch (error) {
    if (!(error instanceof Stop)) throw error;
    return { offset: [...text.slice(0, error.at)].length, message: error.message };
  }
}

class Stop extends Error {
  readonly at: number;

  constructor(message: string, at: number) {
    super(message);
    this.at = at;
  }
}

const BLANKS = /[ \t\n\r]*/y;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const WORDS: [word: string, value: unknown][] = [
  ["null", null],
  ["true", true],
  ["false", false],
  ["NaN", Number.NaN],
  ["Infinity", Number.POSITIVE_INFINITY],
  ["-Infinity", Number.NEGATIVE_INFINITY],
];

class Reader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  readAll(): unknown {
    this.#skipBlanks();
    const value = this.#readValue();
    this.#skipBlanks();
    if (this.#at < this.#text.length) throw new Stop("Extra data", this.#at);
    return value;
  }

  #skipBlanks(): void {
    BLANKS.lastIndex = this.#at;
    BLANKS.exec(this.#text);
    this.#at = BLANKS.lastIndex;
  }

  /** Whether `character` comes next; if so it is passed over, with the blanks after it. */
  #take(character: string): boolean {
    if (this.#text[this.#at] !== character) return false;
    this.#at += 1;
    this.#skipBlanks();
    return true;
  }

  #readValue(): unknown {
    const first = this.#text[this.#at];
    if (first === '"') return this.#readString();
    if (first === "{") return this.#readObject();
    if (first === "[") return this.#readArray();
    const word = WORDS.find(([candidate]) => this.#text.startsWith(candidate, this.#at));
    if (word) {
      this.#at += word[0].length;
      return word[1];
    }
    NUMBER.lastIndex = this.#at;
    const number = NUMBER.exec(this.#text);
    if (!number) throw new Stop("Expecting value", this.#at);
    this.#at = NUMBER.lastIndex;
    return Number(number[0]);
  }

  #readArray(): unknown[] {
    const items: unknown[] = [];
    this.#take("[");
    if (this.#text[this.#at] === "]") {
      this.#at += 1;
      return items;
    }
    for (;;) {
      items.push(this.#readValue());
      this.#skipBlanks();
      if (this.#text[this.#at] === "]") {
        this.#at += 1;
        return items;
      }
      if (!this.#take(",")) throw new Stop("Expecting ',' delimiter", this.#at);
    }
  }

  #readObject(): Record<string, unknown> {
    const entries: [string, unknown][] = [];
    this.#take("{");
    if (this.#text[this.#at] === "}") {
      this.#at += 1;
      return {};
    }
    for (;;) {
      if (this.#text[this.#at] !== '"') {
        throw new Stop("Expecting property name enclosed in double quotes", this.#at);
      }
      const key = this.#readString();
      this.#skipBlanks();
      if (!this.#take(":")) throw new Stop("Expecting ':' delimiter", this.#at);
      entries.push([key, this.#readValue()]);
      this.#skipBlanks();
      if (this.#text[this.#at] === "}") {
        this.#at += 1;
        return Object.fromEntries(entries);
      }
      if (!this.#take(",")) throw new Stop("Expecting ',' delimiter", this.#at);
    }
  }

  #readString(): string {
    const open = this.#at;
    for (let at = open + 1; at < this.#text.length; at++) {
      const character = this.#text[at] ?? "";
      if (character === '"') {
        this.#at = at + 1;
        return JSON.parse(this.#text.slice(open, this.#at));
      }
      if (character < " ") throw new Stop("Invalid control character at", at);
      if (character !== "\\") continue;
      const escaped = this.#text[at + 1];
      if (escaped === undefined) break;
      if (escaped === "u") {
        const hex = this.#text.slice(at + 2, at + 6);
        if (!/^[0-9a-fA-F]{4}$/.test(hex)) throw new Stop("Invalid \\uXXXX escape", at + 1);
        at += 5;
      } else if ('"\\/bfnrt'.includes(escaped)) at += 1;
      else throw new Stop("Invalid \\escape", at);
    }
    throw new Stop("Unterminated string starting at", open);
  }
}

/** How deeply brackets are nested in a text, those in strings left out. */
export function depthOfJson(text: string): number {
  let depth = 0;
  let deepest = 0;
  for (const [token] of text.matchAll(/"(?:[^"\\]|\\.)*"|[[\]{}]/gs)) {
    if (token === "[" || token === "{") deepest = Math.max(deepest, ++depth);
    else if (token === "]" || token === "}") depth--;
  }
  return deepest;
}
