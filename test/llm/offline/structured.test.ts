import { Ajv2020 } from "ajv/dist/2020.js";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { LlmError } from "../../../src/llm/llm-error.ts";
import { fillSchema } from "../../../src/llm/offline/structured/fill-schema.ts";
import type { JsonSchema } from "../../../src/llm/types.ts";

const KNOWN = "January 4, 2024: Maya moved to Lisbon with two happy cats. She pays 640 euros.";
const UNKNOWN = "I don't know: nothing in this memory bank answers the question.";

const FORMATS: Record<string, RegExp> = {
  date: /^\d{4}-\d\d-\d\d$/,
  "date-time": /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/,
  time: /^\d\d:\d\d:\d\dZ$/,
  email: /^\S+@\S+\.\S+$/,
  uri: /^https?:\/\/\S+$/,
  uuid: /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/,
  ipv4: /^\d+\.\d+\.\d+\.\d+$/,
  ipv6: /^::[\da-f]+$/,
  hostname: /^[a-z\d]+(\.[a-z\d]+)+$/,
  duration: /^P\d+D$/,
};

/** @returns what is wrong with the value that the schema gets; null: nothing. */
async function faultOf(property: unknown, answer: string): Promise<string | null> {
  const schema = { type: "object", properties: { value: property }, required: ["value"], $defs: DEFINITIONS };
  const value = await fillSchema(schema, answer);
  expect(await fillSchema(schema, answer)).toEqual(value);
  const ajv = new Ajv2020({ strict: false, formats: FORMATS });
  return ajv.validate(schema, value) ? null : `${ajv.errorsText()}: ${JSON.stringify(value)}`;
}

const DEFINITIONS = {
  tree: {
    type: "object",
    properties: {
      name: { type: "string" },
      children: { type: "array", items: { $ref: "#/$defs/tree" } },
      parent: { anyOf: [{ $ref: "#/$defs/tree" }, { type: "null" }] },
    },
    required: ["name", "children"],
  },
  money: {
    type: "object",
    properties: {
      amount: { type: "number", minimum: 0 },
      currency: { type: "string", pattern: "^[A-Z]{3}$" },
    },
    required: ["amount", "currency"],
    additionalProperties: false,
  },
  "a/b": {
    oneOf: [
      { type: "integer", minimum: 5 },
      { type: "string", minLength: 3 },
      { type: "integer", maximum: -1 },
    ],
  },
};

/** As JSON: an object with `then` is taken for a promise. */
const CONDITIONAL: unknown = JSON.parse(`{
  "type": "object",
  "properties": { "kind": { "enum": ["a", "b"] } },
  "required": ["kind"],
  "if": { "properties": { "kind": { "const": "a" } } },
  "then": { "required": ["a"], "properties": { "a": { "type": "integer" } } },
  "else": { "required": ["b"] }
}`);

const range = (least: number, most: number) =>
  fc.tuple(fc.integer({ min: least, max: most }), fc.integer({ min: 0, max: 20 }));
const PATTERNS = [
  "^[A-Z]{3}-\\d{4}$",
  "^(red|green)+$",
  "^\\+?[0-9 ]{7,12}$",
  "\\d{2,}",
  "^[a-f0-9]{8}(-[a-f0-9]{4}){3}$",
  "^\\p{Lu}\\p{Ll}+$",
  "^(?:a|b)?c*$",
];

const leaf: fc.Arbitrary<unknown> = fc.oneof(
  range(0, 30).map(([minLength, more]) => ({ type: "string", minLength, maxLength: minLength + more })),
  fc.constantFrom(...Object.keys(FORMATS)).map((format) => ({ type: "string", format })),
  fc.constantFrom(...PATTERNS).map((pattern) => ({ type: "string", pattern })),
  range(-50, 50).map(([minimum, more]) => ({ type: "integer", minimum, maximum: minimum + more })),
  range(-50, 50).map(([least, more]) => ({
    type: "number",
    exclusiveMinimum: least,
    exclusiveMaximum: least + more + 1,
  })),
  fc.constantFrom(3, 0.5, 7).map((multipleOf) => ({ type: "integer", multipleOf, minimum: 10 })),
  fc.constantFrom("string", "boolean", "null", "number", "integer").map((type) => ({ type })),
  fc.constant({ type: ["integer", "null"], minimum: 3 }),
  fc
    .uniqueArray(fc.oneof(fc.string(), fc.integer(), fc.boolean()), { minLength: 1, maxLength: 5 })
    .map((values) => ({ enum: values })),
  fc.jsonValue({ maxDepth: 2 }).map((value) => ({ const: value })),
  fc.constantFrom({}, true),
);

const NAMES = ["name", "city", "date", "when", "count", "answer", "people", "kind", "x y", "__p"];

const { schema } = fc.letrec((tie) => ({
  schema: fc.oneof(
    { maxDepth: 4, depthIdentifier: "schema" },
    leaf,
    tie("object"),
    tie("array"),
    tie("tuple"),
    fc.array(tie("schema"), { minLength: 1, maxLength: 3 }).map((anyOf) => ({ anyOf })),
    fc.constantFrom(...["tree", "money", "a~1b"].map((name) => ({ $ref: `#/$defs/${name}` }))),
    tie("joined"),
  ),
  object: fc
    .tuple(
      fc.dictionary(fc.constantFrom(...NAMES), tie("schema"), { maxKeys: 4 }),
      fc.boolean(),
      fc.subarray(["extra", "more"]),
      fc.integer({ min: 0, max: 4 }),
    )
    .map(([properties, isClosed, more, minProperties]) => {
      const names = Object.keys(properties);
      return isClosed
        ? { type: "object", properties, required: names, additionalProperties: false }
        : { type: "object", properties, required: [...names.slice(0, 1), ...more], minProperties };
    }),
  array: fc
    .tuple(tie("schema"), fc.integer({ min: 0, max: 3 }), fc.integer({ min: 0, max: 3 }))
    .map(([items, minItems, more]) => ({ type: "array", items, minItems, maxItems: minItems + more })),
  tuple: fc
    .tuple(fc.array(tie("schema"), { minLength: 1, maxLength: 3 }), fc.boolean())
    .map(([prefixItems, isClosed]) => ({
      type: "array",
      prefixItems,
      items: isClosed ? false : { type: "integer" },
      minItems: prefixItems.length,
    })),
  joined: fc.dictionary(fc.constantFrom(...NAMES), tie("schema"), { maxKeys: 3 }).map((properties) => ({
    allOf: [
      { type: "object", properties },
      { properties: { note: { type: "string", minLength: 2 } }, required: ["note"] },
    ],
  })),
}));

describe("structured output fits its schema", () => {
  test("whatever the schema is", { timeout: 60_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(schema, fc.constantFrom(KNOWN, UNKNOWN), async (property, answer) => {
        expect(await faultOf(property, answer)).toBeNull();
      }),
      { numRuns: 60 },
    );
  });

  const unique = (items: JsonSchema, minItems: number) => ({
    type: "array",
    items,
    minItems,
    uniqueItems: true,
  });
  test.each<[string, unknown]>([
    ["lists of different texts", unique({ type: "string", minLength: 1 }, 4)],
    ["lists of different numbers", unique({ type: "integer" }, 3)],
    ["lists of all values", unique({ enum: ["a", "b", "c"] }, 3)],
    [
      "lists of different objects",
      unique({ type: "object", properties: { name: { type: "string" } }, required: ["name"] }, 3),
    ],
    ["lists of different times of day", unique({ type: "string", format: "time" }, 70)],
    ["lists of different days", unique({ type: "string", format: "date" }, 40)],
    [
      "what a list must contain",
      { type: "array", contains: { type: "integer", minimum: 5 }, minContains: 2, items: { type: "number" } },
    ],
    ["what is forbidden", { type: "string", not: { enum: [KNOWN, ""] } }],
    ["anything but a text", { not: { type: "string" } }],
    [
      "names by a pattern",
      {
        type: "object",
        patternProperties: { "^x-": { type: "integer" } },
        additionalProperties: false,
        minProperties: 2,
      },
    ],
    ["names of a form", { type: "object", propertyNames: { pattern: "^[a-z]{3}$" }, minProperties: 2 }],
    [
      "what must stand beside",
      { type: "object", properties: { a: { type: "string" } }, dependentRequired: { a: ["c"] } },
    ],
    [
      "no more than so many",
      { type: "object", properties: { a: {}, b: {} }, required: ["b"], maxProperties: 1 },
    ],
    ["exactly one of two that overlap", { oneOf: [{ type: "string" }, { type: "string", maxLength: 3 }] }],
    [
      "the one that is told apart by a constant",
      {
        oneOf: [
          { type: "object", properties: { k: { const: "a" } }, required: ["k"] },
          { type: "object", properties: { k: { const: "b" }, v: { type: "integer" } }, required: ["k", "v"] },
        ],
      },
    ],
    ["what depends on another value", CONDITIONAL],
    ["a schema that holds itself", { type: "object", properties: { inner: { $ref: "#/properties/value" } } }],
    ["a long text", { type: "string", minLength: 5_000 }],
  ])("%s", async (_name, property) => {
    for (const answer of [KNOWN, UNKNOWN]) expect(await faultOf(property, answer)).toBeNull();
  });

  test("a schema that nothing fits gets a value all the same, in time", async () => {
    const impossible = { allOf: [{ type: "string" }, { not: {} }] };
    const wide = {
      anyOf: Array.from({ length: 40 }, () => ({
        type: "object",
        properties: { a: impossible, b: impossible },
        required: ["a", "b"],
      })),
    };
    expect(await fillSchema({ type: "object", properties: { value: wide } }, KNOWN)).toHaveProperty("value");
  });

  const node = (hold: JsonSchema) => ({
    type: "object",
    properties: { value: { $ref: "#/$defs/node" } },
    $defs: { node: hold },
  });
  const again = { $ref: "#/$defs/node" };
  const lists = (depth: number): JsonSchema =>
    depth === 0 ? { type: "string" } : { type: "array", minItems: 1_000, items: lists(depth - 1) };
  test.each<[string, JsonSchema]>([
    [
      "holds itself twice",
      node({ type: "object", properties: { a: again, b: again }, required: ["a", "b"] }),
    ],
    ["holds itself a thousand times", node({ type: "array", items: again, minItems: 1_000 })],
    ["holds lists of lists of lists", { type: "object", properties: { value: lists(3) } }],
  ])("a schema that %s gets a value in time", async (_name, endless) => {
    expect(await fillSchema(endless, KNOWN)).toHaveProperty("value");
  });

  const pair = (side: unknown) => ({
    type: "object",
    properties: { value: { type: "integer" }, left: side, right: side },
    required: ["value", "left", "right"],
    additionalProperties: false,
  });
  const held = { $ref: "#/$defs/node" };
  const whole = (side: unknown) => ({ ...pair(side), $defs: { node: pair(side) } });

  test("what holds itself twice ends at the first null or empty list, and is null where nothing is said of it", async () => {
    const leaf = (side: unknown) => ({ value: 2, left: side, right: side });
    const orNull = { anyOf: [held, { type: "null" }] };
    expect(await fillSchema(whole(orNull), "Two cats.")).toEqual(leaf(leaf(null)));
    expect(await fillSchema(whole(orNull), "Cats.")).toEqual({ value: 0, left: null, right: null });
    const root = { anyOf: [{ $ref: "#" }, { type: "null" }] };
    expect(await fillSchema(pair(root), "Two cats.")).toEqual(leaf(null));
    const list = { type: "array", items: held };
    expect(await fillSchema(whole(list), "Two cats.")).toEqual(leaf([leaf([leaf([])])]));
  });

  test("what would have no end ends after a few times, and what is too large is cut off", {
    timeout: 10_000,
  }, async () => {
    expect(JSON.stringify(await fillSchema(whole(held), KNOWN)).length).toBeLessThan(10_000);
    const names = Array.from({ length: 26 }, (_, index) => `d${index}`);
    const doubling = names.map((name, index) => {
      const next = { $ref: `#/$defs/d${index + 1}` };
      return [name, { type: "object", properties: { a: next, b: next }, required: ["a", "b"] }];
    });
    const $defs = { ...Object.fromEntries(doubling), d26: { type: "string" } };
    const long = { type: "array", items: { type: "string", minLength: 100_000 }, minItems: 1_000 };
    for (const property of [{ $ref: "#/$defs/d0" }, long]) {
      const schema = { type: "object", properties: { value: property }, required: ["value"], $defs };
      expect(JSON.stringify(await fillSchema(schema, KNOWN)).length).toBeLessThan(3_000_000);
    }
    const either = names.map((name, index) => {
      const way = { properties: { a: { $ref: `#/$defs/d${index + 1}` } }, required: ["a"] };
      return [name, { type: "object", oneOf: [way, { ...way, minProperties: 1 }] }];
    });
    const ways = { $ref: "#/$defs/d0", $defs: { ...Object.fromEntries(either), d26: { type: "string" } } };
    await fillSchema(ways, KNOWN).catch((error: unknown) => expect(error).toBeInstanceOf(LlmError));
  });

  test("a pattern that takes for ever on the answer, and a length without end, are given up in time", async () => {
    const said = `${"Maya moved to Lisbon with two happy cats ".repeat(3)}.`;
    const properties = {
      words: { type: "string", pattern: "^(\\w+\\s?)*$" },
      names: { type: "object", patternProperties: { "^(a+)+$": { type: "string" } }, minProperties: 1 },
      long: { type: "string", minLength: 1e12 },
    };
    const value = await fillSchema({ type: "object", properties }, said);
    expect(value).toMatchObject({ words: expect.stringMatching(/^\w*$/), long: expect.any(String) });
    expect(await fillSchema({ allOf: [{ type: "object", properties }] }, said)).toEqual(value);
  });

  test("finds what the answer holds", async () => {
    const schema = {
      type: "object",
      properties: {
        date: { type: "string", format: "date" },
        cats: { type: "integer", maximum: 100 },
        rent: { type: "number", multipleOf: 10 },
        code: { type: "string", pattern: "^\\d{3}$" },
        city: { enum: ["Porto", "Lisbon"] },
        home: { anyOf: [{ type: "object", properties: { city: { type: "string" } } }, { type: "null" }] },
      },
    };
    expect(await fillSchema(schema, KNOWN)).toMatchObject({
      date: "2024-01-04",
      rent: 640,
      city: "Lisbon",
      home: { city: "Lisbon" },
    });
    expect(await fillSchema(schema, UNKNOWN)).toMatchObject({ home: null });
  });

  const boolean = { type: "boolean" };
  const integer = { type: "integer" };
  test.each<[string, Record<string, unknown>, Record<string, unknown>]>([
    [
      "Clara lives in Ghent.",
      { lives_in_ghent: boolean, vegetarian: boolean },
      { lives_in_ghent: true, vegetarian: false },
    ],
    [
      "Clara is allergic to walnuts, but not to peanuts.",
      { walnuts: boolean, peanuts: boolean, hasAllergy: boolean },
      { walnuts: true, peanuts: false, hasAllergy: true },
    ],
    ["Jonas stopped eating meat in April.", { eatsMeat: boolean }, { eatsMeat: false }],
    ["No, Emil never sailed.", { answer: boolean }, { answer: false }],
    [
      UNKNOWN,
      { answer: boolean, answer_found: boolean, cats: integer, name: { type: "string" } },
      { answer: false, answer_found: false, cats: 0, name: "" },
    ],
    [
      "The rent is 1,250 euros for two rooms and twenty-one windows. Rosa is 41 years old.",
      { rent: integer, rooms: integer, windows: integer, age: integer, children: integer },
      { rent: 1250, rooms: 2, windows: 21, age: 41, children: 0 },
    ],
    [
      "Order 66 of customer Maria Gomez costs 1.5e3 euros. Ann Berg’s brother pays.",
      {
        customer_name: { type: "string" },
        price: integer,
        people: { type: "array", items: { type: "string" } },
      },
      { customer_name: "Maria Gomez", price: 1500, people: ["Order", "Maria Gomez", "Ann Berg"] },
    ],
    ["James' sister lives in Ghent's old town.", { name: {}, city: {} }, { name: "James", city: "Ghent" }],
    ["Seven, and all of them know more about it.", { people: integer }, { people: 7 }],
    [
      "The priority is not high, it is low. The yellow van waits.",
      {
        priority: { enum: ["high", "low"] },
        status: { enum: ["open", "unknown"] },
        urgent: { enum: ["yes", "no"] },
      },
      { priority: "low", status: "unknown", urgent: "no" },
    ],
    [
      "Rosa sails.",
      {
        since: { type: ["string", "null"], format: "date" },
        crew: { anyOf: [integer, { type: "null" }] },
        married: { anyOf: [boolean, { type: "null" }] },
      },
      { since: null, crew: null, married: null },
    ],
  ])("of %j only what it says", async (answer, properties, expected) => {
    const schema = { type: "object", properties, required: Object.keys(properties) };
    expect(await fillSchema(schema, answer)).toEqual(expected);
  });
});

test("a schema whose type or list of what is required is null is one without", async () => {
  const schema = { type: null, properties: { name: { type: null } }, required: null };
  expect(await fillSchema(schema, "Rosa sails.")).toEqual(expect.any(Object));
});
