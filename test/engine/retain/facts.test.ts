import { describe, expect, test } from "vitest";
import { isDegenerate, isWorthAskingAgain, readFacts } from "../../../src/engine/retain/facts.ts";

function read(answer: unknown) {
  return readFacts(JSON.stringify(answer));
}

function texts(facts: unknown[]): string[] | undefined {
  return read({ facts })?.facts.map((fact) => fact.text);
}

describe("the answer", () => {
  test("is an object with facts, or a bare array of objects", () => {
    expect(texts([{ what: "a" }])).toEqual(["a"]);
    expect(read([{ what: "a" }])?.facts).toHaveLength(1);
    expect(read({ facts: [] })).toMatchObject({ facts: [], malformed: 0 });
  });

  test.each(["not json", '{"what":"a"}', '{"facts":{}}', '["a"]', "null", "3"])(
    "%s has no list",
    (answer) => {
      expect(readFacts(answer)).toBeUndefined();
    },
  );
});

describe("the statement", () => {
  test("is composed of what, when, who and why, but not where", () => {
    const fact = { what: "W", when: "T", where: "P", who: "X", why: "Y" };
    expect(texts([fact])).toEqual(["W | When: T | Involving: X | Y"]);
  });

  test.each([null, "", [], {}, "N/A", "n/a"])("%j counts as absent", (value) => {
    expect(texts([{ what: "W", when: value, who: value, why: value }])).toEqual(["W"]);
  });

  test.each(["NA", " "])("%j does not", (value) => {
    expect(texts([{ what: "W", why: value }])).toEqual([`W | ${value}`]);
  });

  test("other keys stand in for what", () => {
    expect(texts([{ factual_core: "b", text: "c" }, { text: "c" }, { what: "", text: "c" }])).toEqual([
      "b",
      "c",
      "c",
    ]);
  });

  test("is skipped quietly when it is empty", () => {
    expect(read({ facts: [{ what: "" }, { what: "N/A" }, { what: "a" }] })).toMatchObject({
      malformed: 0,
      total: 3,
    });
  });

  test("loses what cannot be stored", () => {
    expect(texts([{ what: "a\u0000b\ud800c😀" }])).toEqual(["abc😀"]);
  });
});

describe("malformed elements", () => {
  test.each([
    ["no object", "a"],
    ["no known key", { statement: "a", by: "b" }],
    ["entities that are no list", { what: "a", entities: "b" }],
  ])("%s", (_, element) => {
    expect(read({ facts: [element] })).toMatchObject({ facts: [], malformed: 1, total: 1 });
  });

  test("their keys are named", () => {
    expect(read({ facts: [{ statement: "a", by: "b" }, { statement: "c" }] })?.wrongKeys).toEqual([
      "statement",
      "by",
    ]);
  });

  test.each([
    [3, 4, true],
    [4, 5, false],
    [0, 1, true],
  ])("%i good ones of %i: ask again %s", (good, total, again) => {
    const facts = Array.from({ length: total }, (_, index) => (index < good ? { what: "a" } : {}));
    const list = read({ facts });
    expect(list && isWorthAskingAgain(list)).toBe(again);
  });
});

test.each([
  [{ fact_type: "assistant" }, "experience"],
  [{ fact_type: "world", fact_kind: "assistant" }, "world"],
  [{ fact_type: "other", fact_kind: "assistant" }, "experience"],
  [{}, "world"],
])("%j is of type %s", (keys, type) => {
  expect(read({ facts: [{ what: "a", ...keys }] })?.facts[0]?.factType).toBe(type);
});

test("entities are texts, or objects with a text", () => {
  const entities = ["A", { text: "B" }, { name: "C" }, 4, null];
  expect(read({ facts: [{ what: "a", entities }] })?.facts[0]?.entities).toEqual(["A", "B"]);
  expect(read({ facts: [{ what: "a", entities: null }] })?.facts[0]?.entities).toEqual([]);
});

test.each([
  ["", true],
  ["...", true],
  ["--", true],
  ["•", true],
  ["¡!¿?", true],
  ["🎉🎉", true],
  ["🎉🎉🎉", false],
  ["a", false],
  ["7", false],
  ["日", false],
])("%j is degenerate: %s", (text, degenerate) => {
  expect(isDegenerate(text)).toBe(degenerate);
});
