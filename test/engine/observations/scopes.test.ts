import { expect, test } from "vitest";
import { haveSameScopes } from "../../../src/engine/observations/scopes.ts";
import type { ObservationScopes } from "../../../src/engine/types.ts";

type Given = [tags: string[], scopes: ObservationScopes | null];

const same = ([tags, scopes]: Given, [otherTags, otherScopes]: Given) =>
  haveSameScopes({ tags, scopes }, { tags: otherTags, scopes: otherScopes });

test.each<[Given, Given, boolean]>([
  [[["a", "b"], null], [["b", "a"], "combined"], true],
  [[["a"], null], [["b"], null], false],
  [[["a"], "shared"], [["b"], "shared"], true],
  [[["a"], "shared"], [[], "per_tag"], true],
  [[["a"], "per_tag"], [["a"], "all_combinations"], true],
  [[["a", "b"], "per_tag"], [["a", "b"], "all_combinations"], false],
  [[["b", "a"], "all_combinations"], [["c"], [["a"], ["b"], ["a", "b"]]], true],
  // An explicit list replaces the tags, unless it holds nothing.
  [[["a"], [["x"]]], [["b"], [["x"]]], true],
  [[["a"], []], [["a"], null], true],
  [[["a"], [[]]], [["b"], "shared"], true],
  // Patterns take what they match of the own tags; a scope whose patterns match nothing is left out.
  [[["t:1", "u:2"], [["t:*", "x"]]], [[], [["x", "t:1"]]], true],
  [[["u:2"], [["t:*"]]], [["u:2"], null], true],
  [[["u:2"], [["T:*"], ["u:?*"]]], [["u:2"], "per_tag"], true],
])("%j and %j: %s", (a, b, expected) => {
  expect(same(a, b)).toBe(expected);
  expect(same(b, a)).toBe(expected);
});

test("compares more combinations than could be spelled out", () => {
  const tags = Array.from({ length: 200 }, (_, index) => `t${index}`);
  expect(same([tags, "all_combinations"], [[...tags].reverse(), "all_combinations"])).toBe(true);
  expect(same([tags, "all_combinations"], [tags, "per_tag"])).toBe(false);
  expect(same([tags, "all_combinations"], [tags.slice(1), "all_combinations"])).toBe(false);
});
