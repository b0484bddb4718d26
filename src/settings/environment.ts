import { TestkitError } from "../errors/testkit-error.ts";
import { parseJson } from "../parse-json.ts";

/** What every variable of upstream's server begins with. */
export const PREFIX = "HINDSIGHT_API_";

/** Variables by name; only those that begin with the prefix are looked at. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** What was asked for in this process. */
const asked = new Set<string>();

/** The variables that were asked for so far, whether they were set or not. */
export function askedNames(): string[] {
  return [...asked];
}

const TRUE_WORDS = ["true", "1", "yes", "on", "t", "y"];
const FALSE_WORDS = ["false", "0", "no", "off", "f", "n"];
const NO_TEMPERATURE = ["none", "default", "off", "unset"];

/**
 * Reads settings from variables, by their names without the prefix. A variable that is empty counts as absent; one whose
 * value cannot be read is an error, never a silent default.
 */
export class SettingsReader {
  readonly #environment: Environment;

  constructor(environment: Environment) {
    this.#environment = environment;
  }

  /** The text as it stands. */
  text(name: string): string | undefined {
    asked.add(PREFIX + name);
    return this.#environment[PREFIX + name] || undefined;
  }

  integer(name: string, bounds: { min?: number; max?: number } = {}): number | undefined {
    return this.#read(name, "a whole number", (text) => {
      const value = /^[+-]?\d+$/.test(text) ? Number(text) : Number.NaN;
      return value >= (bounds.min ?? -Infinity) && value <= (bounds.max ?? Infinity) ? value : undefined;
    });
  }

  number(name: string, bounds: { min?: number } = {}): number | undefined {
    return this.#read(name, "a number", (text) => {
      const value = Number(text);
      return Number.isFinite(value) && value >= (bounds.min ?? -Infinity) ? value : undefined;
    });
  }

  /** A number of seconds, in milliseconds. */
  seconds(name: string): number | undefined {
    const seconds = this.number(name, { min: 0 });
    return seconds === undefined ? undefined : seconds * 1_000;
  }

  boolean(name: string): boolean | undefined {
    return this.#read(name, "true or false", (text) => {
      const word = text.toLowerCase();
      if (TRUE_WORDS.includes(word)) return true;
      return FALSE_WORDS.includes(word) ? false : undefined;
    });
  }

  /** A number from 0 to 2; null: none is sent. */
  temperature(name: string): number | null | undefined {
    return this.#read(name, "a number from 0 to 2, or none", (text) => {
      if (NO_TEMPERATURE.includes(text.toLowerCase())) return null;
      const value = Number(text);
      return value >= 0 && value <= 2 ? value : undefined;
    });
  }

  /** One of a few words, in any case. */
  word<const Word extends string>(name: string, words: readonly Word[]): Word | undefined {
    return this.#read(name, `one of ${words.join(", ")}`, (text) =>
      words.find((word) => word === text.toLowerCase()),
    );
  }

  /** Any JSON value. */
  json(name: string): unknown {
    return this.#read(name, "JSON", parseJson);
  }

  /** The value is not repeated in the error: it may be a secret that went into the wrong variable. */
  #read<T>(name: string, expected: string, parse: (text: string) => T | undefined): T | undefined {
    const text = this.text(name)?.trim();
    if (!text) return undefined;
    const value = parse(text);
    if (value !== undefined) return value;
    throw new TestkitError("INVALID_OPTION", { what: `${PREFIX}${name} must be ${expected}.` });
  }
}
