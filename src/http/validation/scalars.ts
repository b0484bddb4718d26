import { booleanOf, integerOfText } from "../../engine/lax-values.ts";
import { type Fault, INVALID, type Location, type Schema } from "./schema.ts";

const NUMBER_TEXT = /^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i;
const NO_FINITE_NUMBER = /^([+-]?)(nan|inf(?:inity)?)$/i;

/** From here on JavaScript writes a number with an exponent, and what arrives so is no integer for pydantic. */
const BEYOND_INTEGERS = 1e21;

function fault(
  faults: Fault[],
  type: string,
  loc: Location,
  msg: string,
  input: unknown,
  ctx?: Record<string, unknown>,
): typeof INVALID {
  faults.push({ type, loc, msg, input, ...(ctx && { ctx }) });
  return INVALID;
}

/** A string; nothing else is turned into one. */
export function string(format?: "date-time"): Schema<string, string> {
  return {
    json: { type: "string", ...(format && { format }) },
    parse(input, at, faults) {
      if (typeof input === "string") return input;
      return fault(faults, "string_type", at, "Input should be a valid string", input);
    },
  };
}

/** An integer: also `"12"`, `12.0` and `true`, as pydantic's lax mode takes them. Bounds are inclusive. */
export function integer(bounds: { min?: number; max?: number } = {}): Schema<number, number> {
  return {
    json: {
      type: "integer",
      ...(bounds.min !== undefined && { minimum: bounds.min }),
      ...(bounds.max !== undefined && { maximum: bounds.max }),
    },
    parse(input, at, faults) {
      const value = toInteger(input, at, faults);
      if (value === INVALID) return INVALID;
      const { min, max } = bounds;
      if (min !== undefined && value < min) {
        const msg = `Input should be greater than or equal to ${min}`;
        return fault(faults, "greater_than_equal", at, msg, input, { ge: min });
      }
      if (max !== undefined && value > max) {
        const msg = `Input should be less than or equal to ${max}`;
        return fault(faults, "less_than_equal", at, msg, input, { le: max });
      }
      return value;
    },
  };
}

function toInteger(input: unknown, at: Location, faults: Fault[]): number | typeof INVALID {
  if (typeof input === "boolean") return Number(input);
  if (typeof input === "number") {
    if (!Number.isFinite(input)) {
      return fault(faults, "finite_number", at, "Input should be a finite number", input);
    }
    if (Math.abs(input) >= BEYOND_INTEGERS) {
      const msg = "Unable to parse input string as an integer, exceeded maximum size";
      return fault(faults, "int_parsing_size", at, msg, input);
    }
    if (Number.isInteger(input)) return input;
    const msg = "Input should be a valid integer, got a number with a fractional part";
    return fault(faults, "int_from_float", at, msg, input);
  }
  if (typeof input === "string") {
    const value = integerOfText(input);
    if (value !== undefined) return value;
    const msg = "Input should be a valid integer, unable to parse string as an integer";
    return fault(faults, "int_parsing", at, msg, input);
  }
  return fault(faults, "int_type", at, "Input should be a valid integer", input);
}

/** A number, or its text, also one that is not finite. */
export function number(): Schema<number, number> {
  return {
    json: { type: "number" },
    parse(input, at, faults) {
      if (typeof input === "number") return input;
      if (typeof input === "boolean") return Number(input);
      if (typeof input !== "string") {
        return fault(faults, "float_type", at, "Input should be a valid number", input);
      }
      const text = input.trim().replace(/(?<=\d)_(?=\d)/g, "");
      if (NUMBER_TEXT.test(text)) return Number(text);
      const [, sign, word] = NO_FINITE_NUMBER.exec(text) ?? [];
      if (word) return /^n/i.test(word) ? Number.NaN : Number(`${sign}Infinity`);
      const msg = "Input should be a valid number, unable to parse string as a number";
      return fault(faults, "float_parsing", at, msg, input);
    },
  };
}

/** A boolean, its words (`yes`, `off`, …, in any case), 1 and 0. */
export function boolean(): Schema<boolean, boolean> {
  return {
    json: { type: "boolean" },
    parse(input, at, faults) {
      const value = booleanOf(input);
      if (value !== undefined) return value;
      if (typeof input === "string" || Number.isInteger(input)) {
        const msg = "Input should be a valid boolean, unable to interpret input";
        return fault(faults, "bool_parsing", at, msg, input);
      }
      return fault(faults, "bool_type", at, "Input should be a valid boolean", input);
    },
  };
}

/** One of a few words. */
export function literal<const Word extends string>(words: readonly Word[]): Schema<Word, Word> {
  return oneOf(words, "literal_error");
}

/** One of the members of an enumeration: a literal whose fault has another type. */
export function enumeration<const Word extends string>(words: readonly Word[]): Schema<Word, Word> {
  return oneOf(words, "enum");
}

function oneOf<Word extends string>(words: readonly Word[], type: string): Schema<Word, Word> {
  const quoted = words.map((word) => `'${word}'`);
  const last = quoted.pop() ?? "";
  const expected = quoted.length > 0 ? `${quoted.join(", ")} or ${last}` : last;
  return {
    json: { type: "string", enum: words },
    parse(input, at, faults) {
      const word = words.find((candidate) => candidate === input);
      return word ?? fault(faults, type, at, `Input should be ${expected}`, input, { expected });
    },
  };
}
