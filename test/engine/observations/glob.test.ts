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
  ["[a&b]", "&", true],
  ["[!]", "[!]", true],
  ["[!]a]", "]", false],
  ["[a-cz-x]", "b", true],
  ["[a-cz-x]", "y", false],
  ["[a-c-e]", "-", true],
  ["[a-c-e]", "d", false],
  ["[a-]", "-", true],
  ["*", "", true],
  ["a*b*c", "abxc", true],
  ["a*b*c", "acxb", false],
  ["*ab", "aab", true],
  ["", "", true],
  ["", "a", false],
])("%s and %s: %s", (pattern, tag, expected) => {
  expect(matchesGlob(pattern, tag)).toBe(expected);
});

test("is quick about many stars in a long tag", () => {
  const pattern = `${"*a".repeat(50)}b`;
  expect(matchesGlob(pattern, "a".repeat(5000))).toBe(false);
});
