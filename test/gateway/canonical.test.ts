import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Aliases, canonicalJson, embeddedJson, mapMembers } from "../../src/gateway/canonical.ts";
import { isJsonObject, type Json } from "../../src/gateway/json.ts";

const json = () => fc.jsonValue() as fc.Arbitrary<Json>;

/** The same value with the members of every object the other way round. */
function reversed(value: Json): Json {
  if (Array.isArray(value)) return value.map(reversed);
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, member]) => [key, reversed(member)]),
  );
}

describe("canonicalJson", () => {
  test("does not depend on the order of keys", () => {
    fc.assert(fc.property(json(), (value) => canonicalJson(reversed(value)) === canonicalJson(value)));
  });

  test("is JSON of the same value", () => {
    fc.assert(
      fc.property(json(), (value) => {
        const text = canonicalJson(value);
        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
        expect(canonicalJson(JSON.parse(text))).toBe(text);
      }),
    );
  });

  test("sorts keys as texts, also those that look like numbers, and keeps __proto__", () => {
    const value = JSON.parse('{"b": 1, "10": 2, "9": 3, "__proto__": {"z": 1, "a": 2}}');
    expect(canonicalJson(value)).toBe('{"10":2,"9":3,"__proto__":{"a":2,"z":1},"b":1}');
  });
});

describe("embeddedJson", () => {
  test("reads any spelling of an object or a list as the same", () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.dictionary(fc.string(), json()), fc.array(json())),
        fc.nat(8),
        (value, indent) => {
          const spelt = JSON.stringify(reversed(value), null, indent);
          // Whole numbers that JavaScript rounds are another test.
          fc.pre(typeof embeddedJson(spelt) !== "string");
          expect(canonicalJson(embeddedJson(` ${spelt}\n`))).toBe(
            canonicalJson(embeddedJson(JSON.stringify(value))),
          );
        },
      ),
    );
  });

  test("reads tags in any order as the same, and other lists in theirs", () => {
    const spelt = (tags: string[], ids: string[]) => embeddedJson(JSON.stringify({ facts: [{ tags, ids }] }));
    expect(spelt(["b", "a"], ["2", "1"])).toEqual(spelt(["a", "b"], ["2", "1"]));
    expect(spelt(["b", "a"], ["2", "1"])).not.toEqual(spelt(["b", "a"], ["1", "2"]));
    expect(embeddedJson('{"tags": ["b", 1]}')).toEqual({ json: { tags: ["b", 1] } });
  });

  test.each([["prose"], [""], ["12"], ["null"], ['"text"'], ["{broken"], ["[1, 2"], ["{}{}"]])(
    "leaves %j as it is",
    (text) => {
      expect(embeddedJson(text)).toBe(text);
    },
  );

  test("leaves numbers that would be rounded as they are", () => {
    const [one, other] = ['{"id":12345678901234567890}', '{"id":12345678901234567891}'];
    expect(embeddedJson(one)).not.toEqual(embeddedJson(other));
  });
});

describe("Aliases", () => {
  test("are numbered by first appearance", () => {
    const aliases = new Aliases("call-");
    expect(["x", "y", "x", "z"].map((id) => aliases.aliasOf(id))).toEqual([
      "call-1",
      "call-2",
      "call-1",
      "call-3",
    ]);
  });
});

describe("mapMembers", () => {
  test("replaces and leaves out, and keeps __proto__ a member", () => {
    const object = JSON.parse('{"a": 1, "b": 2, "__proto__": 3}');
    const mapped = mapMembers(object, (key, value) => (key === "a" ? undefined : [value]));
    expect(JSON.stringify(mapped)).toBe('{"b":[2],"__proto__":[3]}');
  });
});
