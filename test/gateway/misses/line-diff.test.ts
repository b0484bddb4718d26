import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { lineDiff } from "../../../src/gateway/misses/line-diff.ts";

const diff = (before: string[], after: string[], mostLines = 100) =>
  lineDiff(before.join("\n"), after.join("\n"), { mostLines });

describe("lineDiff", () => {
  test("shows what changed, with a line of context", () => {
    expect(diff(["a", "b", "c", "d", "e"], ["a", "b", "C", "d", "e"])).toEqual(["  b", "- c", "+ C", "  d"]);
    expect(diff(["a", "b"], ["a", "x", "b"])).toEqual(["  a", "+ x", "  b"]);
    expect(diff(["a", "b"], ["b"])).toEqual(["- a", "  b"]);
    expect(diff(["a"], ["a"])).toEqual([]);
  });

  test("finds the longest common part", () => {
    expect(diff(["a", "b", "c", "x"], ["c", "a", "b", "y"])).toEqual([
      "+ c",
      "  a",
      "  b",
      "- c",
      "- x",
      "+ y",
    ]);
  });

  test("its lines turn one text into the other", () => {
    const texts = fc.array(fc.constantFrom("a", "b", "c", "d"), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(texts, texts, (before, after) => {
        const signs = diff(before, after).map((line) => line[0]);
        const count = (sign: string) => signs.filter((other) => other === sign).length;
        expect(count("+") - count("-")).toBe(after.length - before.length);
        const only = (sign: string) =>
          diff(before, after)
            .filter((line) => line.startsWith(sign))
            .map((line) => line.slice(2));
        for (const line of only("-")) expect(before).toContain(line);
        for (const line of only("+")) expect(after).toContain(line);
      }),
    );
  });

  test("cuts long lines to what changed in them", () => {
    const [before, after] = [
      `${"x".repeat(500)} old ${"y".repeat(500)}`,
      `${"x".repeat(500)} new ${"y".repeat(500)}`,
    ];
    const lines = diff([before], [after]);
    expect(lines.map((line) => line.length)).toEqual([164, 164]);
    expect(lines[0]).toMatch(/^- …x+ old y+…$/);
    expect(lines[1]).toMatch(/^\+ …x+ new y+…$/);
  });

  test("pairs the lines of a run", () => {
    const long = (end: string) => `${"x".repeat(300)}${end}`;
    const lines = diff([long("1"), long("2")], [long("3"), long("4")]);
    expect(lines.map((line) => line.at(-1))).toEqual(["1", "2", "3", "4"]);
  });

  test("cuts long diffs to their beginning", () => {
    const lines = diff(["a", "b", "c"], ["d", "e", "f"], 4);
    expect(lines).toEqual(["- a", "- b", "- c", "+ d", "… 2 more lines"]);
  });

  test("takes texts of any size", () => {
    const many = (mark: string) => Array.from({ length: 3000 }, (_, n) => `${mark} ${n}`);
    expect(diff(["first", ...many("a")], ["first", ...many("b")], 3)).toEqual([
      "  first",
      "- a 0",
      "- a 1",
      "… 5998 more lines",
    ]);
  });
});
