import fc from "fast-check";
import { expect, test } from "vitest";
import { sequenceRatio } from "../../../src/engine/entities/sequence-ratio.ts";

/** What Python's difflib.SequenceMatcher(None, one, other).ratio() gives. */
const KNOWN: [one: string, other: string, ratio: number][] = [
  ["katherine johnson", "katherine johnston", 0.9714285714285714],
  ["tigran", "iran", 0.8],
  ["alice", "alice chen", 0.6666666666666666],
  ["john", "jane", 0.5],
  ["corp", "corporation", 0.5333333333333333],
  ["são", "sao", 0.6666666666666666],
  ["nick", "nicolas", 0.5454545454545454],
  ["abcd", "bcde", 0.75],
  // The order of the texts matters.
  ["tide", "diet", 0.25],
  ["diet", "tide", 0.5],
  ["", "", 1],
  ["a", "", 0],
  ["aXbXcX", "XaXbXc", 0.8333333333333334],
  ["private thread currentthread", "private volatile thread currentthread", 0.8615384615384616],
  // A character beyond U+FFFF is one.
  ["😀a", "a😀", 0.5],
  // In a second text of 200 characters or more, those that are everywhere start no match, but lengthen one.
  ["ab".repeat(150), "ba".repeat(150), 0],
  [`${"x".repeat(199)}y`, `${"x".repeat(198)}yy`, 0.995],
  [`${"x".repeat(200)}y`, `${"x".repeat(199)}yy`, 0.9950248756218906],
  ["the quick brown fox ".repeat(15), "a lazy brown dog ".repeat(15), 0],
];

test.each(KNOWN)("of %j and %j", (one, other, ratio) => {
  expect(sequenceRatio(one, other)).toBe(ratio);
});

test("is 1 for equal texts only, and 0 for texts without a common character", () => {
  const word = fc.string({ unit: "grapheme", maxLength: 40 });
  fc.assert(
    fc.property(word, word, (one, other) => {
      const ratio = sequenceRatio(one, other);
      expect(ratio === 1).toBe(one === other);
      const shares = [...one].some((character) => [...other].includes(character));
      if (one !== other) expect(ratio > 0).toBe(shares);
    }),
  );
});
