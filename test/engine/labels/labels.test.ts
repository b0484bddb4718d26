import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readLabelGroups } from "../../../src/engine/labels/label-groups.ts";
import { labelTest, tagKeys, withTagKey } from "../../../src/engine/labels/label-names.ts";
import { readLabels } from "../../../src/engine/labels/label-reading.ts";

const GROUPS = readLabelGroups([
  { key: "topic", type: "value", tag: true, values: [{ value: "Sports" }, { value: "Work" }] },
  { key: "mood", type: "multi-values", values: [{ value: "happy" }, { value: "sad" }] },
  { key: "project", type: "text", tag: true },
  { key: "skills", type: "multi-text" },
  {
    key: "person",
    type: "map",
    fields: {
      name: { type: "text" },
      roles: { type: "multi-text" },
      rank: { type: "value", values: [{ value: "1" }] },
      home: { type: "map", fields: { city: { type: "text" } } },
    },
  },
]);

function read(told: unknown, names: string[] = []) {
  return readLabels(told, GROUPS, names);
}

describe("groups", () => {
  test("stand alone or as attributes, and may say their type in the old way", () => {
    const groups = [
      { key: "a" },
      { key: "b", free_values: true },
      { key: "c", multi_value: true, free_values: false },
      { key: "d", type: "map", free_values: true },
    ];
    const types = ["value", "text", "multi-values", "map"];
    expect(readLabelGroups(groups).map(({ type }) => type)).toEqual(types);
    expect(readLabelGroups({ attributes: groups }).map(({ type }) => type)).toEqual(types);
  });

  test.each([null, {}, [], "x", [{ type: "text" }]])("%j has none", (config) => {
    expect(readLabelGroups(config)).toEqual([]);
  });
});

describe("what the model tells", () => {
  test("of listed values in any case, as it wrote them, and no others", () => {
    expect(read({ topic: "sPORTS", mood: ["happy", "angry", "HAPPY", 5] })).toEqual([
      "topic:sPORTS",
      "mood:happy",
    ]);
    expect(read({ topic: ["Work", "Sports"] })).toEqual(["topic:Work", "topic:Sports"]);
  });

  test("of open groups is any text, trimmed", () => {
    expect(read({ project: " Apollo ", skills: ["running", "  ", "N/A"] })).toEqual([
      "project:Apollo",
      "skills:running",
    ]);
  });

  test.each(["none", "NULL", "n/a", "", " ", null, 0, {}, []])("%j is nothing", (value) => {
    expect(read({ project: value, skills: value, person: { name: value } })).toEqual([]);
  });

  test("of maps is every field, of objects in objects too, unchecked", () => {
    const gus = {
      name: "Gus",
      roles: ["striker", "captain"],
      rank: "99",
      home: { city: "Graz" },
      other: "x",
    };
    expect(read({ person: [gus, { name: ["no", "list"], roles: "one" }, "text"] })).toEqual([
      "person:name:Gus",
      "person:roles:striker",
      "person:roles:captain",
      "person:rank:99",
      "person:home:city:Graz",
      "person:roles:one",
    ]);
  });

  test("is not added where the fact has it, and ignored when it is no object", () => {
    expect(read({ topic: "Work" }, ["TOPIC:work"])).toEqual([]);
    expect(read(["topic"])).toEqual([]);
    expect(read("Work")).toEqual([]);
  });
});

test.each([
  ["topic:sports", true],
  ["topic:chess", false],
  ["mood:SAD", true],
  ["Project:anything at all", true],
  ["skills:", true],
  ["person:name:Gus", true],
  ["person:home:city:Graz", true],
  ["person:home:Graz", false],
  ["person:Gus", false],
  ["Gus", false],
])("%s is a label: %s", (name, isLabel) => {
  expect(labelTest(GROUPS)(name)).toBe(isLabel);
});

test("whatever is read of a model is a label", () => {
  const isLabel = labelTest(GROUPS);
  const value = fc.oneof(fc.string(), fc.constantFrom("Work", "happy"), fc.array(fc.string()));
  const told = fc.record({
    topic: value,
    mood: value,
    project: value,
    person: fc.dictionary(fc.constantFrom("name", "roles", "home"), value),
  });
  fc.assert(
    fc.property(told, (labels) => {
      expect(read(labels).filter((name) => !isLabel(name))).toEqual([]);
    }),
  );
});

test("tags are all names with a key that becomes one, listed or not", () => {
  const names = ["topic:chess", "TOPIC:Work", "project:a:b", "mood:sad", "topic", "topics:x"];
  expect(withTagKey(names, tagKeys(GROUPS))).toEqual(["topic:chess", "TOPIC:Work", "project:a:b"]);
});
