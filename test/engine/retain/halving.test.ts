import fc from "fast-check";
import { expect, test } from "vitest";
import { halve } from "../../../src/engine/retain/halving.ts";

test("at the last full stop near the middle, before any other end of a sentence", () => {
  const text = `${"a".repeat(400)}! ${"b".repeat(60)}. ${"c".repeat(60)}? ${"d".repeat(400)}`;
  const [first, second] = halve(text) ?? [];
  expect(first?.endsWith("b.")).toBe(true);
  expect(second?.startsWith("c")).toBe(true);
});

test("in the middle when no sentence ends within a fifth of it", () => {
  expect(halve(`${"a".repeat(100)}. ${"b".repeat(500)}`)?.map((half) => half.length)).toEqual([301, 301]);
});

test("of a text nothing is lost but the white space around the cut", () => {
  const words = fc.array(fc.constantFrom("tea", "😀", "Milk.", "Who?", "x\n\ny"), { minLength: 150 });
  fc.assert(
    fc.property(words, (list) => {
      const text = list.join(" ").repeat(2);
      const [first = "", second = ""] = halve(text) ?? [];
      expect((first + second).replace(/\s/g, "")).toBe(text.replace(/\s/g, ""));
    }),
  );
});

test("a list is halved by its elements, one turn by its content; other single elements are not", () => {
  const pad = "x".repeat(600);
  expect(halve(JSON.stringify([1, { a: pad }, "é"]))).toEqual(["[1]", `[{"a": "${pad}"}, "\\u00e9"]`]);
  const halves = halve(JSON.stringify([{ role: "user", content: `${pad}${pad}` }]));
  expect(halves).toEqual([
    `[{"role": "user", "content": "${pad}"}]`,
    `[{"role": "user", "content": "${pad}"}]`,
  ]);
  expect(halve(JSON.stringify([{ role: "user", content: [pad] }]))).toBeUndefined();
  expect(halve(JSON.stringify([pad]))).toBeUndefined();
});

test("not when it is short, or all of it stands on one side", () => {
  expect(halve("a".repeat(500))).toBeUndefined();
  expect(halve(`  ${"a".repeat(500)}  `)).toBeUndefined();
});
