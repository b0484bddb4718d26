import { describe, expect, test } from "vitest";
import { readBody } from "../../../src/http/validation/body.ts";
import { depthOfJson, readJson } from "../../../src/http/validation/json-reader.ts";

describe("readBody", () => {
  test.each([
    "application/json",
    "application/json; charset=utf-8",
    "Application/JSON",
    "application/merge-patch+json",
  ])("%s is JSON", (contentType) => {
    expect(readBody('{"a":1}', contentType)).toEqual({ kind: "json", value: { a: 1 } });
  });

  test.each(["text/plain", "application/jsonp", "application/x-json", undefined])(
    "%s is not",
    (contentType) => {
      expect(readBody("{}", contentType)).toEqual({ kind: "opaque", text: "{}" });
    },
  );

  test("an empty body is absent, whatever its type", () => {
    expect(readBody("", "application/json")).toEqual({ kind: "absent" });
  });

  test("broken JSON names the offset", () => {
    expect(readBody('{"updates": {', "application/json")).toEqual({
      kind: "broken",
      fault: {
        type: "json_invalid",
        loc: ["body", 13],
        msg: "JSON decode error",
        input: {},
        ctx: { error: "Expecting property name enclosed in double quotes" },
      },
    });
  });
});

// What Python's json.loads says of each.
describe("readJson", () => {
  test.each([
    ['{"query":', 9, "Expecting value"],
    ["not json", 0, "Expecting value"],
    ["  ", 2, "Expecting value"],
    ["[1 2]", 3, "Expecting ',' delimiter"],
    ["[1,]", 3, "Expecting value"],
    ['{"a" 1}', 5, "Expecting ':' delimiter"],
    ['{"a":1 "b":2}', 7, "Expecting ',' delimiter"],
    ['{"a":1,}', 7, "Expecting property name enclosed in double quotes"],
    ['{"a":1} x', 8, "Extra data"],
    ["01", 1, "Extra data"],
    ["-", 0, "Expecting value"],
    ['["abc', 1, "Unterminated string starting at"],
    ['["a\nb"]', 3, "Invalid control character at"],
    ['["a\\x"]', 3, "Invalid \\escape"],
    ['["a\\u12"]', 4, "Invalid \\uXXXX escape"],
    ['["😀" 1]', 5, "Expecting ',' delimiter"],
    ["[NaM]", 1, "Expecting value"],
  ])("%j: %d %s", (text, offset, message) => {
    expect(() => JSON.parse(text)).toThrow();
    expect(readJson(text)).toEqual({ offset, message });
  });

  test("takes for values what Python does", () => {
    expect(
      readJson('{"a": [NaN, Infinity, -Infinity, -1.5e2, "\\u00e9\\n"], "__proto__": {}, "b": null }'),
    ).toEqual({
      value: Object.fromEntries([
        ["a", [Number.NaN, Infinity, -Infinity, -150, "é\n"]],
        ["__proto__", {}],
        ["b", null],
      ]),
    });
  });
});

describe("depth", () => {
  test.each([
    ['[[1], {"a": [[]]}]', 4],
    ['"[[["', 0],
    ['["\\"[", "]]]"]', 1],
    ["[".repeat(5_000), 5_000],
  ])("of %.20s", (text, depth) => {
    expect(depthOfJson(text)).toBe(depth);
  });

  test("a body that is nested too deeply is refused, many brackets side by side are not", () => {
    const nested = (depth: number) => "[".repeat(depth) + "]".repeat(depth);
    for (const text of [nested(901), "[".repeat(500_000)]) {
      expect(() => readBody(text, "application/json")).toThrow("nested more than 900 levels");
    }
    expect(readBody(nested(900), "application/json").kind).toBe("json");
    expect(readBody(`[${"{},".repeat(5_000)}1]`, "application/json").kind).toBe("json");
  });
});
