import { describe, expect, test } from "vitest";
import {
  boolean,
  enumeration,
  integer,
  literal,
  number,
  string,
} from "../../../src/http/validation/scalars.ts";
import { type Fault, INVALID, type Schema } from "../../../src/http/validation/schema.ts";

function check<T>(schema: Schema<T>, input: unknown) {
  const faults: Fault[] = [];
  const value = schema.parse(input, ["body", "x"], faults);
  return value === INVALID ? faults.map(({ type, msg, ctx }) => [type, msg, ctx]) : value;
}

describe("integer", () => {
  test.each([
    [12, 12],
    [12.0, 12],
    ["12", 12],
    [" -7 ", -7],
    ["12.0", 12],
    [true, 1],
  ])("takes %j", (input, value) => {
    expect(check(integer(), input)).toBe(value);
  });

  test.each([
    [12.5, "int_from_float", "Input should be a valid integer, got a number with a fractional part"],
    ["many", "int_parsing", "Input should be a valid integer, unable to parse string as an integer"],
    ["1.5", "int_parsing", "Input should be a valid integer, unable to parse string as an integer"],
    ["", "int_parsing", "Input should be a valid integer, unable to parse string as an integer"],
    [null, "int_type", "Input should be a valid integer"],
    [[], "int_type", "Input should be a valid integer"],
  ])("refuses %j", (input, type, msg) => {
    expect(check(integer(), input)).toEqual([[type, msg, undefined]]);
  });

  test("has bounds that are inclusive", () => {
    const trait = integer({ min: 1, max: 5 });
    expect([check(trait, 1), check(trait, 5)]).toEqual([1, 5]);
    expect(check(trait, 0)).toEqual([
      ["greater_than_equal", "Input should be greater than or equal to 1", { ge: 1 }],
    ]);
    expect(check(trait, "6")).toEqual([
      ["less_than_equal", "Input should be less than or equal to 5", { le: 5 }],
    ]);
  });
});

describe("number", () => {
  test.each([
    [1, 1],
    ["0.5", 0.5],
    ["1e3", 1000],
    [" 1_0.5_0 ", 10.5],
    ["-Infinity", Number.NEGATIVE_INFINITY],
    ["nan", Number.NaN],
  ])("takes %j", (input, value) => {
    expect(check(number(), input)).toBe(value);
  });

  test("refuses words and other types", () => {
    expect(check(number(), "high")).toEqual([
      ["float_parsing", "Input should be a valid number, unable to parse string as a number", undefined],
    ]);
    expect(check(number(), null)).toEqual([["float_type", "Input should be a valid number", undefined]]);
  });
});

describe("boolean", () => {
  test.each(["yes", "ON", "true", "1", "t", "Y", 1, true])("takes %j for true", (input) => {
    expect(check(boolean(), input)).toBe(true);
  });

  test.each(["no", "Off", "false", "0", "f", "n", 0, false])("takes %j for false", (input) => {
    expect(check(boolean(), input)).toBe(false);
  });

  test.each([
    ["perhaps", "bool_parsing"],
    [2, "bool_parsing"],
    [1.5, "bool_type"],
    [null, "bool_type"],
    [{}, "bool_type"],
  ])("refuses %j", (input, type) => {
    expect(check(boolean(), input)).toEqual([[type, expect.stringMatching(/valid boolean/), undefined]]);
  });
});

test("a string is never made of something else", () => {
  expect(check(string(), "x")).toBe("x");
  expect(check(string(), 7)).toEqual([["string_type", "Input should be a valid string", undefined]]);
});

test("literals and enumerations name what they expect", () => {
  const expected = { expected: "'low', 'mid' or 'high'" };
  const msg = "Input should be 'low', 'mid' or 'high'";
  expect(check(literal(["low", "mid", "high"]), "max")).toEqual([["literal_error", msg, expected]]);
  expect(check(enumeration(["low", "mid", "high"]), null)).toEqual([["enum", msg, expected]]);
  expect(check(literal(["text"]), 1)).toEqual([
    ["literal_error", "Input should be 'text'", { expected: "'text'" }],
  ]);
});
