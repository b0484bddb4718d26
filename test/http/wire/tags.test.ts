import { describe, expect, test } from "vitest";
import { type Fault, INVALID } from "../../../src/http/validation/schema.ts";
import { readTagGroups, tagFields } from "../../../src/http/wire/tags.ts";

function parse(groups: unknown) {
  const faults: Fault[] = [];
  const value = tagFields.tag_groups.schema.parse(groups, ["body", "tag_groups"], faults);
  return value === INVALID ? faults.map(({ type, loc }) => `${type} ${loc.slice(2).join(".")}`) : value;
}

describe("tag groups", () => {
  test("a leaf is strict and exact unless it says otherwise", () => {
    expect(parse([{ tags: ["a"] }])).toEqual([{ tags: ["a"], match: "any_strict" }]);
    expect(parse([{ tags: [], match: "all", resolve: "fuzzy" }])).toEqual([
      { tags: [], match: "all", resolve: "fuzzy" },
    ]);
  });

  test("groups nest; the first shape that fits is taken", () => {
    const leaf = { tags: ["a"], match: "any_strict" };
    expect(parse([{ or: [{ not: { tags: ["a"] } }, { and: [] }] }])).toEqual([
      { or: [{ not: leaf }, { and: [] }] },
    ]);
    expect(parse([{ tags: ["a"], not: { tags: ["b"] } }])).toEqual([leaf]);
    expect(parse([{ filters: [{ tags: ["a"] }] }])).toEqual([{ and: [leaf] }]);
    expect(parse([{ filter: { tags: ["a"] } }])).toEqual([{ not: leaf }]);
  });

  test("a malformed group has one fault for each shape", () => {
    expect(parse([{ tags: "a" }])).toEqual([
      "list_type 0.TagGroupLeaf.tags",
      "missing 0.TagGroupAnd.and",
      "missing 0.TagGroupOr.or",
      "missing 0.TagGroupNot.not",
    ]);
  });
});

test("groups that nest too deeply are refused", () => {
  const nested = (levels: number) => {
    let group: object = { tags: ["a"] };
    for (let level = 0; level < levels; level++) group = { not: group };
    return [group];
  };
  expect(parse(nested(250))).toHaveLength(1);
  for (const levels of [260, 5_000]) {
    const faults = parse(nested(levels));
    expect(faults).toContainEqual(expect.stringMatching(/^recursion_depth_exceeded /));
  }
});

describe("tag groups in a query", () => {
  test("are JSON text; blank is none", () => {
    expect(readTagGroups(null, ["a"])).toEqual([]);
    expect(readTagGroups(" ", ["a"])).toEqual([]);
    expect(readTagGroups('[{"tags":["a"]}]', [])).toEqual([{ tags: ["a"], match: "any_strict" }]);
  });

  test.each(["[", "{}", "null", '[{"tags":1}]'])("%s is refused", (text) => {
    expect(() => readTagGroups(text, [])).toThrow(/^Invalid tag_groups/);
  });

  test("do not go with plain tags", () => {
    expect(() => readTagGroups("[]", ["a"])).toThrow(/mutually exclusive/);
  });
});
