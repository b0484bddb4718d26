import type { DateOrder } from "./languages/vocabulary.ts";

const MONTHS = "january february march april may june july august september october november december".split(
  " ",
);
const WEEKDAYS = "monday tuesday wednesday thursday friday saturday sunday".split(" ");
/** Words that belong to a date and name no part of it. */
const FILLERS = new Set(["t", "year", "hour", "minute"]);

type Part = "day" | "month" | "year";

const ORDERS: Record<DateOrder, Part[]> = {
  MDY: ["month", "day", "year"],
  DMY: ["day", "month", "year"],
  YMD: ["year", "month", "day"],
};

type Reading = (digits: string) => number | undefined;

/** A year of two digits is one of 1969 to 2068. */
const SHORT_YEAR: Reading = (digits) =>
  /^\d\d$/.test(digits) ? Number(digits) + (Number(digits) < 69 ? 2000 : 1900) : undefined;

const READINGS: Record<Part, Reading[]> = {
  day: [(digits) => (/^(?:3[01]|[12]\d|0?[1-9])$/.test(digits) ? Number(digits) : undefined)],
  month: [(digits) => (/^(?:1[0-2]|0?[1-9])$/.test(digits) ? Number(digits) : undefined)],
  year: [SHORT_YEAR, (digits) => (/^\d{4}$/.test(digits) && Number(digits) > 0 ? Number(digits) : undefined)],
};

interface Token {
  text: string;
  kind: "number" | "word" | "sign";
}

/** Numbers and clock times, words of ASCII letters, and what stands between them. */
function tokenize(text: string): Token[] {
  return [...text.matchAll(/([0-9:]+)|([a-zA-Z]+)|[^0-9:a-zA-Z]+/g)].map(([all, number, word]) => ({
    text: all.trim(),
    kind: number !== undefined ? "number" : word !== undefined ? "word" : "sign",
  }));
}

interface Found {
  value: number;
  token: string;
  kind: "number" | "word";
}

/** The parts of a date as its text names them. */
export class AbsoluteParts {
  readonly #order: Part[];
  readonly #tokens: Token[];
  readonly #found: Partial<Record<Part, Found>> = {};
  /** What numbers were taken for, in their order. */
  readonly #numbered: Part[] = [];
  /** Numbers whose place another one took. */
  readonly #displaced: number[] = [];
  #startsWithYear = false;
  #weekday: number | undefined;
  #time: string | undefined;
  #shortYear = false;

  private constructor(tokens: Token[], order: DateOrder) {
    this.#tokens = tokens;
    this.#order = ORDERS[order];
  }

  /** @returns undefined where something in the text is no part of a date. */
  static read(text: string, order: DateOrder): AbsoluteParts | undefined {
    const parts = new AbsoluteParts(tokenize(text), order);
    return parts.#readAll() ? parts : undefined;
  }

  get day(): number | undefined {
    return this.#found.day?.value;
  }

  get month(): number | undefined {
    return this.#found.month?.value;
  }

  get year(): number | undefined {
    return this.#found.year?.value;
  }

  /** 0 is Monday. */
  get weekday(): number | undefined {
    return this.#weekday;
  }

  /** The text of a time of day. */
  get time(): string | undefined {
    return this.#time;
  }

  /** Whether the year was written with two digits. */
  get hasShortYear(): boolean {
    return this.#shortYear;
  }

  #readAll(): boolean {
    const said = this.#tokens.flatMap((token, at) => (token.kind === "sign" ? [] : [{ ...token, at }]));
    for (let index = 0; index < said.length; index += 1) {
      const token = said[index];
      if (!token || FILLERS.has(token.text)) continue;
      const time = this.#time === undefined ? this.#timeAt(said, index) : undefined;
      if (time) {
        this.#time = time.text;
        index += time.length - 1;
        continue;
      }
      const understood = token.kind === "number" ? this.#takeNumber(token.text) : this.#takeWord(token.text);
      if (!understood) return false;
    }
    this.#shortYear = this.#found.year?.token.length === 2;
    for (const part of ["day", "month", "year"] as const) {
      const value = this.#displaced.at(-1);
      if (this.#found[part] || value === undefined) continue;
      this.#found[part] = { value, token: String(value), kind: "number" };
    }
    return true;
  }

  /** A time of day that begins with a token: `5:30`, `5 pm`, `5.30`, `5:30:10.25 pm`. */
  #timeAt(
    said: readonly (Token & { at: number })[],
    index: number,
  ): { text: string; length: number } | undefined {
    const token = said[index];
    if (!token) return undefined;
    const sign = (at: number) => this.#tokens[at]?.text;
    let { text } = token;
    let length = 1;
    const next = said[index + 1];
    if (next && sign(token.at + 1) === "." && sign(token.at - 1) !== ".") {
      const dotted = `${text}:${next.text}`;
      if (sign(next.at + 1) !== "." && /^(?:[0-9]|0[0-9]|1[0-9]|2[0-3]):[0-5][0-9]$/.test(dotted)) {
        text = dotted;
        length = 2;
      }
    }
    let fraction: string | undefined;
    if (length === 1 && text.includes(":") && sign(token.at + 1)?.includes(".")) {
      fraction = /\d{1,6}/.exec(next?.text ?? "")?.[0];
      if (fraction !== undefined) {
        text = `${text}.${fraction}`;
        length = 2;
      }
    }
    const half = /am|pm/.exec(said[index + length]?.text ?? "")?.[0];
    if (half !== undefined) return { text: `${text} ${half}`, length: length + 1 };
    return text.includes(":") ? { text, length } : undefined;
  }

  #takeNumber(digits: string): boolean {
    const order = [...this.#order];
    // What follows a leading year is month and day, whatever the language's order.
    const leads = this.#startsWithYear && !this.#found.day && !this.#found.month;
    const candidates = leads ? ORDERS.MDY : order;
    const pastYear = order.slice(order.indexOf("year") + 1).some((part) => this.#found[part]);
    return (pastYear && this.#place(digits, candidates, true)) || this.#place(digits, candidates, false);
  }

  #place(digits: string, order: readonly Part[], noShortYear: boolean): boolean {
    for (const part of order) {
      if (part === "year" && this.#startsWithYear) continue;
      for (const reading of READINGS[part]) {
        if (noShortYear && reading === SHORT_YEAR) continue;
        const value = reading(digits);
        if (value === undefined) continue;
        const previous = this.#found[part];
        const gives = previous?.kind === "number" && reading(previous.token) === undefined;
        if (previous && !gives) continue;
        if (previous) this.#displaced.push(Number(previous.token));
        this.#found[part] = { value, token: digits, kind: "number" };
        this.#numbered.push(part);
        if (part === "year" && digits.length === 4) this.#startsWithYear = true;
        return true;
      }
    }
    return false;
  }

  #takeWord(word: string): boolean {
    const names = (name: string) => name === word.toLowerCase() || name.slice(0, 3) === word.toLowerCase();
    const weekday = WEEKDAYS.findIndex(names);
    if (weekday >= 0 && this.#weekday === undefined) {
      this.#weekday = weekday;
      return true;
    }
    const month = MONTHS.findIndex(names);
    if (month < 0) return false;
    const previous = this.#found.month;
    if (previous) {
      // `5 may`: the number that was taken for the month is the day.
      const index = this.#numbered.indexOf("month");
      if (index < 0) return false;
      this.#numbered[index] = "day";
      this.#found.day = previous;
    }
    this.#found.month = { value: month + 1, token: word, kind: "word" };
    return true;
  }
}
