/**
 * A JSON value, written again: separators are `, ` and `: `, only what must be escaped is, and numbers are in their shortest
 * form; whole numbers keep all their digits, and keys their order.
 */
export interface JsonValue {
  kind: "object" | "array" | "scalar";
  text: string;
  /** Of an array. */
  elements: JsonValue[];
}

/** @returns undefined when the text is no JSON. `NaN` and `Infinity` are taken for numbers. */
export function readJson(text: string): JsonValue | undefined {
  try {
    return new JsonReader(text).read();
  } catch (error) {
    // Nested too deep to be read.
    if (error instanceof NotJsonError || error instanceof RangeError) return undefined;
    throw error;
  }
}

class NotJsonError extends Error {}

const SPACE = /[ \t\n\r]*/y;
const SCALAR = /true|false|null|NaN|-?Infinity|(-?)(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?/y;
/** A whole number with more digits is not read. */
const MAX_DIGITS = 4300;

class JsonReader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  read(): JsonValue {
    const value = this.#value();
    if (this.#at < this.#text.length) throw new NotJsonError();
    return value;
  }

  #value(): JsonValue {
    this.#match(SPACE);
    const first = this.#text[this.#at];
    const value = first === "{" ? this.#object() : first === "[" ? this.#array() : scalar(this.#scalarText());
    this.#match(SPACE);
    return value;
  }

  #object(): JsonValue {
    this.#at += 1;
    this.#match(SPACE);
    // Of a key that occurs twice the last value counts, in the first one's place.
    const members = new Map<string, string>();
    if (!this.#take("}")) {
      do {
        this.#match(SPACE);
        const key = this.#string();
        this.#match(SPACE);
        this.#expect(":");
        members.set(key, this.#value().text);
      } while (this.#take(","));
      this.#expect("}");
    }
    const text = [...members].map(([key, value]) => `${key}: ${value}`).join(", ");
    return { kind: "object", text: `{${text}}`, elements: [] };
  }

  #array(): JsonValue {
    this.#at += 1;
    this.#match(SPACE);
    const elements: JsonValue[] = [];
    if (!this.#take("]")) {
      do elements.push(this.#value());
      while (this.#take(","));
      this.#expect("]");
    }
    return { kind: "array", text: `[${elements.map(({ text }) => text).join(", ")}]`, elements };
  }

  #scalarText(): string {
    if (this.#text[this.#at] === '"') return this.#string();
    const match = this.#match(SCALAR);
    if (!match?.[0]) throw new NotJsonError();
    const [written, sign, digits, fraction, exponent] = match;
    if (digits === undefined) return written;
    if (fraction !== undefined || exponent !== undefined) return floatText(Number(written));
    if (digits.length > MAX_DIGITS) throw new NotJsonError();
    return digits === "0" ? "0" : `${sign}${digits}`;
  }

  #string(): string {
    const start = this.#at;
    this.#expect('"');
    for (let char = this.#text[this.#at]; char !== '"'; char = this.#text[this.#at]) {
      if (char === undefined) throw new NotJsonError();
      this.#at += char === "\\" ? 2 : 1;
    }
    this.#at += 1;
    // An escape can stand for half of a character, which no text may hold.
    return JSON.stringify(parseString(this.#text.slice(start, this.#at)).replace(/\p{Surrogate}|\0/gu, ""));
  }

  #match(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.#at;
    const match = pattern.exec(this.#text);
    if (match) this.#at = pattern.lastIndex;
    return match;
  }

  #take(char: string): boolean {
    if (this.#text[this.#at] !== char) return false;
    this.#at += 1;
    return true;
  }

  #expect(char: string): void {
    if (!this.#take(char)) throw new NotJsonError();
  }
}

function parseString(text: string): string {
  try {
    return String(JSON.parse(text));
  } catch {
    throw new NotJsonError();
  }
}

function scalar(text: string): JsonValue {
  return { kind: "scalar", text, elements: [] };
}

/** Exponents from here on are written as such. */
const LARGE_EXPONENT = 16;
const SMALL_EXPONENT = -4;

/** The shortest text that reads as the same number, and shows that it need not be a whole one. */
function floatText(value: number): string {
  if (!Number.isFinite(value)) return value < 0 ? "-Infinity" : "Infinity";
  const [mantissa = "", exponentText = "0"] = value.toExponential().split("e");
  const exponent = Number(exponentText);
  const sign = Object.is(value, -0) ? "-" : "";
  if (exponent < SMALL_EXPONENT || exponent >= LARGE_EXPONENT) {
    const padded = String(Math.abs(exponent)).padStart(2, "0");
    return `${mantissa}e${exponent < 0 ? "-" : "+"}${padded}`;
  }
  const digits = mantissa.replace(/[-.]/g, "").length - 1;
  return sign + value.toFixed(Math.max(1, digits - exponent));
}
