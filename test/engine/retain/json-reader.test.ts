import { describe, expect, it } from "vitest";
import { readJson } from "../../../src/engine/retain/json-reader.ts";

describe("readJson", () => {
  it.each([
    ['{"a" : "b\\/c\\u0001\\u00e9" ,"d":[1,[ ] , {}]}', '{"a": "b/c\\u0001é", "d": [1, [], {}]}'],
    ["[1.0, 1e3, 0.10, 1e16, 123456789012345678.0]", "[1.0, 1000.0, 0.1, 1e+16, 1.2345678901234568e+17]"],
    ["[1e-5, 0.0001, 5e-324, 0.1e1, 12345.678]", "[1e-05, 0.0001, 5e-324, 1.0, 12345.678]"],
    ["[-0, -0.0, 1E400, NaN, -Infinity]", "[0, -0.0, Infinity, NaN, -Infinity]"],
    ["100000000000000000000001", "100000000000000000000001"],
    ['{"a":1,"b":2,"a":3}', '{"a": 3, "b": 2}'],
    ['"\\ud83d\\u0000x"', '"x"'],
  ])("writes %s as %s", (text, written) => {
    expect(readJson(text)?.text).toBe(written);
  });

  it.each(["", "[}", "[1,]", '"x', '"a\nb"', "[01]", "{1:2}", "[1] 2", "tru", "-", "1.", '{"a":}'])(
    "does not take %j for JSON",
    (text) => {
      expect(readJson(text)).toBeUndefined();
    },
  );

  it("does not take for JSON what is nested too deep, or a number with too many digits", () => {
    expect(readJson("[".repeat(200_000))).toBeUndefined();
    expect(readJson("1".repeat(4_301))).toBeUndefined();
  });
});
