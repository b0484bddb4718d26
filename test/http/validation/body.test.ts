import { describe, expect, test } from "vitest";
import { readBody } from "../../../src/http/validation/body.ts";
import { findJsonFault } from "../../../src/http/validation/json-fault.ts";

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
describe("findJsonFault", () => {
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
    ["[NaN]", 1, "Expecting value"],
  ])("%j: %d %s", (text, offset, message) => {
    expect(() => JSON.parse(text)).toThrow();
    expect(findJsonFault(text)).toEqual({ offset, message });
  });

  test("brackets without end do not break it", () => {
    expect(findJsonFault("[".repeat(200_000)).message).toBe("Too deeply nested");
  });
});
