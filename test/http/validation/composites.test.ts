import { describe, expect, test } from "vitest";
import { dict, list, object, tagged, union, withDefault } from "../../../src/http/validation/composites.ts";
import { parseQuery, repeated } from "../../../src/http/validation/query.ts";
import { integer, literal, string } from "../../../src/http/validation/scalars.ts";
import {
  type Fault,
  INVALID,
  nullable,
  refine,
  type Schema,
  ValueFault,
} from "../../../src/http/validation/schema.ts";

function check<T>(schema: Schema<T>, input: unknown) {
  const faults: Fault[] = [];
  const value = schema.parse(input, ["body"], faults);
  return { value, faults: faults.map(({ type, loc }) => [type, loc.join(".")]), details: faults };
}

describe("object", () => {
  const person = object({
    name: string(),
    age: integer({ min: 0 }),
    note: withDefault(nullable(string()), null),
  });

  test("fills in defaults and leaves out what it does not know", () => {
    expect(check(person, { name: "Ann", age: "7", shoe: 1 }).value).toEqual({
      name: "Ann",
      age: 7,
      note: null,
    });
  });

  test("lists all faults in the order of declaration", () => {
    const { value, faults, details } = check(person, { note: 1, age: -1 });
    expect(value).toBe(INVALID);
    expect(faults).toEqual([
      ["missing", "body.name"],
      ["greater_than_equal", "body.age"],
      ["string_type", "body.note"],
    ]);
    expect(details[0]).toEqual({
      type: "missing",
      loc: ["body", "name"],
      msg: "Field required",
      input: { note: 1, age: -1 },
    });
  });

  test.each([null, [], "x", 1])("refuses %j", (input) => {
    expect(check(person, input).details).toEqual([
      {
        type: "model_attributes_type",
        loc: ["body"],
        msg: "Input should be a valid dictionary or object to extract fields from",
        input,
      },
    ]);
  });

  test("inherited properties are not fields", () => {
    expect(check(object({ toString: string() }), {}).faults).toEqual([["missing", "body.toString"]]);
  });
});

test("lists and dictionaries say where in them the fault is", () => {
  expect(check(list(string()), ["a", 1, 2]).faults).toEqual([
    ["string_type", "body.1"],
    ["string_type", "body.2"],
  ]);
  expect(check(list(string()), "a").faults).toEqual([["list_type", "body"]]);
  expect(check(dict(string()), { a: "x", b: 7 }).faults).toEqual([["string_type", "body.b"]]);
  expect(check(dict(string()), []).faults).toEqual([["dict_type", "body"]]);
  const odd = JSON.parse('{"__proto__":"x"}');
  expect(Object.entries(check(dict(string()), odd).value as object)).toEqual([["__proto__", "x"]]);
});

test("a union takes the first alternative that fits, and lists the faults of all when none does", () => {
  const scopes = union<unknown>([
    ["literal['shared']", literal(["shared"])],
    ["list[str]", list(string())],
  ]);
  expect(check(scopes, ["a"]).value).toEqual(["a"]);
  expect(check(scopes, "all").faults).toEqual([
    ["literal_error", "body.literal['shared']"],
    ["list_type", "body.list[str]"],
  ]);
});

test("a tagged union looks at the tag first", () => {
  const block = tagged<unknown>("type", {
    text: object({ type: string(), text: string() }),
    image: object({}),
  });
  expect(check(block, { type: "text", text: "x" }).value).toEqual({ type: "text", text: "x" });
  expect(check(block, { type: "text" }).faults).toEqual([["missing", "body.text.text"]]);
  expect(check(block, { type: "video" }).details).toEqual([
    {
      type: "union_tag_invalid",
      loc: ["body"],
      msg: "Input tag 'video' found using 'type' does not match any of the expected tags: 'text', 'image'",
      input: { type: "video" },
      ctx: { discriminator: "'type'", tag: "video", expected_tags: "'text', 'image'" },
    },
  ]);
  expect(check(block, {}).faults).toEqual([["union_tag_not_found", "body"]]);
});

test("a rule of our own is a value error, and only asked of what is valid", () => {
  const even = refine(integer(), (value) => {
    if (value % 2) throw new ValueFault("must be even");
    return value / 2;
  });
  expect(check(even, 4).value).toBe(2);
  expect(check(even, 3).details).toEqual([
    { type: "value_error", loc: ["body"], msg: "Value error, must be even", input: 3, ctx: { error: {} } },
  ]);
  expect(check(even, "x").faults).toEqual([["int_parsing", "body"]]);
});

describe("query", () => {
  const fields = {
    limit: withDefault(integer({ min: 0 }), 100),
    tags: repeated(withDefault(list(string()), [])),
  };

  test("a repeated name is a list; of a single one the last counts", () => {
    const query = new URLSearchParams("tags=a&limit=1&tags=b&limit=2");
    expect(parseQuery(fields, query, [])).toEqual({ limit: 2, tags: ["a", "b"] });
    expect(parseQuery(fields, new URLSearchParams(), [])).toEqual({ limit: 100, tags: [] });
  });

  test("faults stand at the parameter", () => {
    const faults: Fault[] = [];
    expect(parseQuery(fields, new URLSearchParams("limit=-1"), faults)).toBe(INVALID);
    expect(faults).toMatchObject([{ type: "greater_than_equal", loc: ["query", "limit"], input: "-1" }]);
  });
});
