import { expect, test } from "vitest";
import { compareDocuments } from "../../scripts/lib/compare-openapi.mjs";

const PART = {
  type: "object",
  properties: {
    id: { type: "string" },
    kind: { enum: ["b", "a"], type: "string" },
    size: { type: "integer", minimum: 0, default: 3 },
    parts: { type: "array", items: { $ref: "#/components/schemas/Part" } },
    note: { anyOf: [{ type: "string" }, { type: "null" }], description: "words" },
  },
  required: ["id"],
};

function documentOf(change: { part?: object; parameter?: object; operation?: object } = {}) {
  const parameter = {
    name: "q",
    in: "query",
    required: false,
    schema: { anyOf: [{ type: "string" }, { type: "null" }] },
    ...change.parameter,
  };
  const json = { "application/json": { schema: { $ref: "#/components/schemas/Part" } } };
  return {
    paths: {
      "/a": {
        post: {
          parameters: [parameter],
          requestBody: { required: true, content: json },
          responses: { "200": { description: "x", content: json } },
          ...change.operation,
        },
      },
    },
    components: { schemas: { Part: { ...PART, ...change.part } } },
  };
}

test("the same in other words is no difference", () => {
  const renamed = JSON.parse(JSON.stringify(documentOf()).replaceAll("Part", "Piece"));
  expect(compareDocuments(documentOf(), renamed)).toEqual([]);
  const other = documentOf({
    parameter: { schema: { type: "string" } },
    part: {
      properties: {
        ...PART.properties,
        kind: { anyOf: [{ const: "a" }, { const: "b" }] },
        size: PART.properties.size,
      },
    },
  });
  expect(compareDocuments(documentOf(), other)).toEqual([]);
  // What the other document leaves open can be anything.
  expect(
    compareDocuments(documentOf(), documentOf({ part: { properties: undefined, type: undefined } })),
  ).toEqual([]);
});

test.each<[string, Parameters<typeof documentOf>[0], string[]]>([
  [
    "a parameter that is required",
    { parameter: { required: true } },
    ["POST /a query q: required is optional"],
  ],
  [
    "a parameter of another name",
    { parameter: { name: "p" } },
    ["POST /a query p: is not here", "POST /a query q: is only here"],
  ],
  [
    "a body that may be left out",
    { operation: { requestBody: { content: {} } } },
    ["POST /a body: optional is required", "POST /a body: application/json is only here"],
  ],
  [
    "another status",
    { operation: { responses: { "201": {} } } },
    ["POST /a 201: is not here", "POST /a 200: is only here"],
  ],
  [
    "what is required",
    { part: { required: [] } },
    ["POST /a body.id: optional is required", "POST /a 200.id: optional is required"],
  ],
])("%s", (_, change, differences) => {
  expect(compareDocuments(documentOf(), documentOf(change))).toEqual(differences);
});

test("fields, types, words and bounds are compared at any depth", () => {
  const properties = {
    ...PART.properties,
    kind: { type: "string", enum: ["a", "c"] },
    size: { type: "integer", minimum: 1 },
    note: { type: "string" },
    more: { type: "boolean" },
  };
  const found = compareDocuments(documentOf(), documentOf({ part: { properties } }));
  expect(found.filter((line) => line.startsWith("POST /a body"))).toEqual([
    "POST /a body.kind: a, c is a, b",
    "POST /a body.size: minimum 1 is 0",
    "POST /a body.note: string is null|string",
    "POST /a body.more: is not here",
  ]);
});

test("operations that one of both lacks", () => {
  const empty = { paths: {}, components: { schemas: {} } };
  expect(compareDocuments(empty, documentOf())).toEqual(["POST /a: is not here"]);
  expect(compareDocuments(documentOf(), empty)).toEqual(["POST /a: is only here"]);
});
