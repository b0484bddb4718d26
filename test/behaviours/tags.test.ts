import { expect, test } from "vitest";
import { recalled, startBank } from "./fixture.ts";

const NOTES = { none: [], red: ["red"], both: ["red", "blue"], blue: ["blue"] };

async function taggedBank() {
  const bank = await startBank();
  const items = Object.entries(NOTES).map(([name, tags]) => ({
    content: `The kite named ${name}.`,
    document_id: name,
    tags,
  }));
  await bank.retain(...items);
  const ask = async (request: object) =>
    (await recalled(bank, "kite", { min_scores: { semantic: -1 }, ...request }))
      .map((text) => /named (\w+)/.exec(text)?.[1])
      .sort();
  return { bank, ask };
}

test.each([
  ["any", ["red"], ["both", "none", "red"]],
  ["any_strict", ["red"], ["both", "red"]],
  ["all", ["red", "blue"], ["both", "none"]],
  ["all_strict", ["red", "blue"], ["both"]],
  ["exact", ["red"], ["red"]],
  ["exact", [], ["none"]],
  ["any_strict", [], ["blue", "both", "none", "red"]],
])("%s %j", async (tags_match, tags, found) => {
  const { ask } = await taggedBank();
  expect(await ask({ tags, tags_match })).toEqual(found);
});

test.each([
  [[{ tags: ["red"] }, { not: { tags: ["blue"] } }], ["red"]],
  [
    [{ or: [{ tags: ["blue"], match: "exact" }, { and: [{ tags: ["red"] }, { tags: ["blue"] }] }] }],
    ["blue", "both"],
  ],
  [[{ not: { or: [{ tags: ["red"] }, { tags: ["blue"] }] } }], ["none"]],
  [[{ tags: [], match: "exact" }], ["none"]],
  [[{ tags: ["RAD"], resolve: "fuzzy" }], []],
  [[{ tags: [" Blue "], resolve: "fuzzy" }], ["blue", "both"]],
  [[{ tags: ["bluee"], resolve: "fuzzy", match: "exact" }], ["blue"]],
])("groups %j", async (tag_groups, found) => {
  const { ask } = await taggedBank();
  expect(await ask({ tag_groups })).toEqual(found);
});
