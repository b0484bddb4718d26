import { describe, expect, test } from "vitest";
import { duration, size, table } from "../../src/cli/output.ts";

describe("table", () => {
  test("puts columns one below another, and nothing after the last", () => {
    const rows = [
      ["myapp", "28017", "running"],
      ["a", "28", ""],
    ];
    expect(table(rows, ["name", "port", "daemon"])).toEqual([
      "name   port   daemon",
      "myapp  28017  running",
      "a      28",
    ]);
  });

  test("has no headings where there is nothing below them", () => {
    expect(table([], ["name", "port"])).toEqual([]);
  });
});

test.each([
  [0, "0 B"],
  [1023, "1023 B"],
  [1536, "1.5 KB"],
  [62_500_000, "59.6 MB"],
  [3 * 1024 ** 3, "3.0 GB"],
])("%i bytes are %s", (bytes, text) => {
  expect(size(bytes)).toBe(text);
});

test.each([
  [40, "0.0 s"],
  [1_240, "1.2 s"],
  [100_000, "2 min"],
  [4 * 3_600_000, "4 h"],
  [3 * 86_400_000, "3 days"],
])("%i milliseconds are %s", (ms, text) => {
  expect(duration(ms)).toBe(text);
});
