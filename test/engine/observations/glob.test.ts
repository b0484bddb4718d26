import { expect, test } from "vitest";
import { matchesGlob } from "../../../src/engine/observations/glob.ts";

// What Python's fnmatch.fnmatchcase says of the same.
test.each([
  ["a*", "abc", true],
  ["a?c*", "abc", true],
  ["a?c*", "abbc", false],
  ["[ab]*", "bz", true],
  ["[!ab]*", "bz", false],
  ["[!ab]*", "cz", true],
  ["x[*", "x[1", true],
  ["[]]*", "]", true],
  ["[a-c]*", "b", true],
  ["[z-a]*", "z", false],
  ["[^a]*", "^", true],
  ["[^a]*", "b", false],
  ["a.b*", "axb", false],
  ["a\\b*", "a\\bc", true],
  ["t:*", "T:x", false],
  ["*", "line\nbreak", true],
  ["?*", "😀", true],
])("%s and %s: %s", (pattern, tag, expected) => {
  expect(matchesGlob(pattern, tag)).toBe(expected);
});
