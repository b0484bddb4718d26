import { describe, expect, test } from "vitest";
import {
  type FactReading,
  isDegenerate,
  isWorthAskingAgain,
  readFacts,
} from "../../../src/engine/retain/facts.ts";
import { parseIso } from "../../../src/engine/retain/moment.ts";

const READING: FactReading = {
  verbatim: false,
  date: parseIso("2024-05-05T10:00:00+02:00") ?? null,
  labels: [],
  allowFreeFormEntities: true,
  causes: true,
};

function read(answer: unknown, changes: Partial<FactReading> = {}) {
  return readFacts(JSON.stringify(answer), { ...READING, ...changes });
}

function factsOf(facts: unknown[], changes: Partial<FactReading> = {}) {
  return read({ facts }, changes)?.facts;
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
      expect(readFacts(answer, READING)).toBeUndefined();
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

  test("loses what cannot be stored, and what breaks those that show it", () => {
    expect(texts([{ what: "a\u0000b\ud800c\u0007😀\u007f\td\n" }])).toEqual(["abc😀\td\n"]);
  });

  test("whatever is told of when and who is said as Python says it", () => {
    expect(texts([{ what: "a", when: 5, who: ["Ann", "Bob's", 'O"x', null, true, { k: 1.5 }] }])).toEqual([
      `a | When: 5 | Involving: ['Ann', "Bob's", 'O"x', None, True, {'k': 1.5}]`,
    ]);
  });

  test.each([{ what: 5 }, { what: ["a"] }, { what: "a", why: 5 }])("%j fails the chunk", (fact) => {
    expect(() => texts([fact])).toThrow(/is no text/);
  });

  test("need not be there when the chunk itself is the fact", () => {
    expect(factsOf([{ entities: ["E"] }, { what: 5 }], { verbatim: true })).toMatchObject([
      { text: "", entities: ["E"] },
      { text: "" },
    ]);
  });
});

describe("malformed elements", () => {
  test.each([
    ["no object", "a"],
    ["no known key", { statement: "a", by: "b" }],
    ["entities that are no list", { what: "a", entities: "b" }],
    ["an entity that is no name", { what: "a", entities: ["b", 4] }],
    ["a date that is no text", { what: "a", fact_kind: "event", occurred_start: 2024 }],
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
  const entities = ["A", { text: "B" }, { name: "C" }, "  ", " D "];
  expect(read({ facts: [{ what: "a", entities }] })?.facts[0]?.entities).toEqual(["A", "B", " D "]);
  expect(read({ facts: [{ what: "a", entities: null }] })?.facts[0]?.entities).toEqual([]);
});

describe("the time of an event", () => {
  const event = { what: "a", fact_kind: "event" };

  test.each([
    ["is what the model wrote", { occurred_start: "soon", occurred_end: "2024" }, ["soon", "2024"]],
    ["ends when it starts", { occurred_start: "2024-01-01" }, ["2024-01-01", "2024-01-01"]],
    ["may have an end alone", { occurred_start: "N/A", occurred_end: "2024" }, [undefined, "2024"]],
    [
      "is told by a word otherwise",
      { when: "yesterday", occurred_end: "2024-06-01" },
      ["2024-05-04T00:00:00+02:00", "2024-06-01"],
    ],
    [
      "is none of anything but an event",
      { fact_kind: "Event", occurred_start: "2024" },
      [undefined, undefined],
    ],
  ])("%s", (_, keys, [start, end]) => {
    const [fact] = factsOf([{ ...event, ...keys }]) ?? [];
    expect([fact?.occurredStart, fact?.occurredEnd]).toEqual([start, end]);
  });
});

describe("causes", () => {
  const causedBy = (...targets: unknown[]) => ({
    causal_relations: targets.map((target) => ({ target_index: target, relation_type: "caused_by" })),
  });

  test("are facts that stand before their effect", () => {
    const facts = [
      { what: "a", ...causedBy(0, 1) },
      { what: "b", ...causedBy(0, 0, 1, -1, 0.5, null, 9) },
      { what: "c", causal_relations: [{ target_index: 0, relation_type: "causes" }, "b", null] },
    ];
    expect(factsOf(facts)?.map(({ causes }) => causes)).toEqual([[], [0], []]);
    expect(factsOf(facts, { causes: false })?.[1]?.causes).toEqual([]);
  });

  test("that are told by anything but a number fail the chunk", () => {
    expect(() => factsOf([{ what: "a" }, { what: "b", ...causedBy("0") }])).toThrow(/is no number/);
  });

  test("are counted in the list that is left", () => {
    const facts = [{ what: "" }, { what: "a" }, { what: "b", ...causedBy(0, 1) }];
    expect(factsOf(facts)?.map(({ causes }) => causes)).toEqual([[], [0]]);
  });
});

test("attachments are whole numbers", () => {
  expect(factsOf([{ what: "a", from_attachments: [2, "1", 0, 1.5, true] }])?.[0]?.attachments).toEqual([
    2, 0, 1,
  ]);
  expect(() => factsOf([{ what: "a", from_attachments: 1 }])).toThrow(/is no list/);
});

test.each([
  ["", true],
  ["...", true],
  ["--", true],
  ["•", true],
  ["¡!¿?", false],
  [".-: \n'\"`", true],
  ["_, _, _", true],
  ["***", true],
  ["****", false],
  ["🎉🎉", true],
  ["🎉🎉🎉", false],
  ["a", false],
  ["7", false],
  ["日", false],
])("%j is degenerate: %s", (text, degenerate) => {
  expect(isDegenerate(text)).toBe(degenerate);
});
