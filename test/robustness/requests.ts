/** Requests made up from the server's own document: right ones, and ones with odd values in every place. */
import fc from "fast-check";
import { CONFIG_KEYS } from "../../src/engine/banks/config-keys.ts";
import type { OpenApiDocument, Operation } from "../../src/http/openapi/document.ts";
import type { JsonSchema } from "../../src/http/validation/json-schema.ts";

export interface MadeRequest {
  /** Its id in the document. */
  operation: string;
  method: string;
  /** A parameter that stands there in braces is one of what is there. */
  path: string;
  /** Undefined: none is sent. */
  body: string | undefined;
  contentType: string;
}

const ODD_TEXTS = [
  "",
  " ",
  "\0",
  "a\0b",
  "\ud800",
  "x\udc00y",
  "%",
  "_%\\",
  "'; DROP TABLE banks; --",
  '" OR 1=1 --',
  "$1",
  "\\",
  "../../etc/passwd",
  "{}",
  "[]",
  "null",
  "NaN",
  "é́😀漢字\u202e",
  "\uffff",
  "\u2028",
  "0001-01-01",
  "9999-12-31T23:59:59.999999-23:59",
  "2024-02-30",
  "12:00",
  "__proto__",
  "constructor",
  "a".repeat(5_000),
  "00000000-0000-0000-0000-000000000000",
  "FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF",
];
const ODD_NUMBERS = [0, -0, -1, 1, 0.5, -1.5, 2 ** 31, 2 ** 53, 2 ** 63, 1e21, 1e308, -1e308, 5e-324];

const oddText = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...ODD_TEXTS) },
  { weight: 1, arbitrary: fc.string({ unit: "binary", maxLength: 20 }) },
  {
    weight: 1,
    arbitrary: fc.string({ unit: fc.integer({ max: 0xffff }).map((code) => String.fromCharCode(code)) }),
  },
);
const oddNumber = fc.oneof(fc.constantFrom(...ODD_NUMBERS), fc.integer(), fc.double({ noNaN: true }));
const oddValue = fc.oneof(
  oddText,
  oddNumber,
  fc.constantFrom<unknown>(null, true, false, [], {}, [[]], [null], { "": "" }),
  fc.integer({ min: 1, max: 1_200 }).map(nested),
  fc.constantFrom(Array.from({ length: 10_000 }, (_, index) => `tag ${index}`)),
  fc.jsonValue({ maxDepth: 3 }),
);

function nested(depth: number): unknown {
  let value: unknown = 0;
  for (let level = 0; level < depth; level++) value = level % 2 === 0 ? [value] : { a: value };
  return value;
}

/** One value in so many is odd; 0: none. */
const ODDNESS = [0, 20, 4];
const CONTENT_TYPES = ["", "text/plain", "application/x-www-form-urlencoded", "application/a+json"];
const BROKEN_BODIES = ["", "{", '{"a":', "nul", "[".repeat(100_000), '"\\ud800"', "\ufeff{}"];

/** Makes requests to all operations of a document, each as often as the others. */
export function requestsOf(document: OpenApiDocument): fc.Arbitrary<MadeRequest> {
  return fc.oneof(
    ...Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) =>
        fc.oneof(
          ...ODDNESS.map((oneIn) =>
            new Maker(document, oneIn).request(path, method.toUpperCase(), operation),
          ),
        ),
      ),
    ),
  );
}

/** Right values for fields whose schemas do not say what is right. */
const BY_NAME: [pattern: RegExp, values: fc.Arbitrary<unknown>][] = [
  [/^operation_id$/, fc.uuid()],
  [/^alias$/, fc.uuid()],
  [/timestamp|date$|^occurred|^mentioned|^start$|^end$/, fc.constantFrom("2024-05-01T10:00:00+05:30", null)],
  [/^tag_groups$/, fc.constantFrom(null, undefined, [{ not: { tags: ["a"], match: "any" } }])],
  [/^state$/, fc.constantFrom("valid", "invalidated")],
  [/^fact_type$/, fc.constantFrom("world", "experience")],
  [/types$/, fc.constantFrom(["world"], ["experience", "observation"])],
  [/^updates$/, configUpdates()],
  [/^response_schema$/, fc.constantFrom(null, { type: "object", properties: { a: { type: "string" } } })],
];

function configUpdates(): fc.Arbitrary<unknown> {
  const fields = Object.entries(CONFIG_KEYS).map(([name, { default: value }]) => [name, fc.constant(value)]);
  return fc.record(Object.fromEntries(fields), { requiredKeys: [] });
}

class Maker {
  readonly #document: OpenApiDocument;
  readonly #oneIn: number;

  constructor(document: OpenApiDocument, oneIn: number) {
    this.#document = document;
    this.#oneIn = oneIn;
  }

  request(path: string, method: string, operation: Operation): fc.Arbitrary<MadeRequest> {
    return fc.record({
      operation: fc.constant(operation.operationId),
      method: fc.constant(method),
      path: this.#path(path, operation),
      body: this.#body(operation),
      contentType: this.#orOdd(fc.constant("application/json"), fc.constantFrom(...CONTENT_TYPES)),
    });
  }

  /** Mostly the first. */
  #orOdd<T, U>(right: fc.Arbitrary<T>, odd: fc.Arbitrary<U>): fc.Arbitrary<T | U> {
    if (this.#oneIn === 0) return right;
    return fc.oneof({ weight: this.#oneIn - 1, arbitrary: right }, { weight: 1, arbitrary: odd });
  }

  #path(path: string, { parameters }: Operation): fc.Arbitrary<string> {
    const inPath = parameters.filter((parameter) => parameter.in === "path");
    const inQuery = parameters.filter((parameter) => parameter.in === "query");
    const segments = inPath.map(({ name }) =>
      this.#orOdd(fc.constant(`{${name}}`), oddText.map(encoded)).map((text) => [`{${name}}`, text] as const),
    );
    const queries = inQuery.map(({ name, schema }) =>
      fc.option(
        // A parameter of a URL cannot be null.
        this.#value(schema, name)
          .filter((value) => value !== null)
          .map((value) =>
            (Array.isArray(value) ? value.slice(0, 50) : [value]).map(
              (one) => `${encoded(name)}=${encoded(asText(one))}`,
            ),
          ),
        { freq: 1 },
      ),
    );
    return fc.tuple(fc.tuple(...segments), fc.tuple(...queries)).map(([filled, sent]) => {
      const query = sent.flatMap((entry) => entry ?? []).join("&");
      const full = filled.reduce((text, [name, value]) => text.replace(name, () => value), path);
      return query === "" ? full : `${full}?${query}`;
    });
  }

  #body({ requestBody }: Operation): fc.Arbitrary<string | undefined> {
    const schema = requestBody?.content["application/json"]?.schema;
    if (!schema) return fc.constant(undefined);
    return this.#orOdd(
      this.#value(schema).map((value) => JSON.stringify(value)),
      fc.oneof(
        oddValue.map((value) => JSON.stringify(value)),
        fc.constantFrom(undefined, ...BROKEN_BODIES),
      ),
    );
  }

  /** A value that a schema takes, in which some parts may be odd. */
  #value(schema: JsonSchema, name = "", depth = 0): fc.Arbitrary<unknown> {
    if (depth > 6) return fc.constant(null);
    const known = BY_NAME.find(([pattern]) => pattern.test(name))?.[1];
    return this.#orOdd(known ?? this.#right(schema, name, depth), oddValue);
  }

  /** Not many more than the least. */
  #integer(min: number, max: number): fc.Arbitrary<number> {
    return fc.integer({ min, max: Math.min(max, Math.max(min, 0) + 20) });
  }

  #right(schema: JsonSchema, name: string, depth: number): fc.Arbitrary<unknown> {
    const { $ref, anyOf, oneOf, properties, items, additionalProperties, required = [] } = schema;
    const alternatives = anyOf ?? oneOf;
    if ($ref !== undefined) {
      const part = this.#document.components.schemas[$ref.split("/").at(-1) ?? ""] ?? {};
      return this.#right(part, name, depth);
    }
    if (alternatives) return fc.oneof(...alternatives.map((part) => this.#right(part, name, depth)));
    if (schema.enum) return fc.constantFrom(...schema.enum);
    switch (schema.type) {
      case "string":
        return fc.constantFrom("Ann likes tea.", "a", "chunks", "Who sails in May?");
      case "integer":
        return this.#integer(schema.minimum ?? (this.#oneIn === 0 ? 1 : -5), schema.maximum ?? Infinity);
      case "number":
        return this.#orOdd(fc.double({ min: 0, max: 1, noNaN: true }), oddNumber);
      case "boolean":
        return fc.boolean();
      case "null":
        return fc.constant(null);
      case "array":
        return fc.array(this.#value(items ?? {}, "", depth + 1), { minLength: 1, maxLength: 3 });
      case "object": {
        if (!properties) {
          const values =
            typeof additionalProperties === "object"
              ? this.#value(additionalProperties, "", depth + 1)
              : fc.constant("a");
          return fc.dictionary(this.#orOdd(fc.constantFrom("a", "b"), oddText), values, { maxKeys: 3 });
        }
        const fields = Object.entries(properties).map(([key, part]): [string, fc.Arbitrary<unknown>] => [
          key,
          required.includes(key)
            ? this.#value(part, key, depth + 1)
            : fc.option(this.#value(part, key, depth + 1), { freq: 1, nil: undefined }),
        ]);
        return fc.record(Object.fromEntries(fields));
      }
      default:
        return fc.jsonValue({ maxDepth: 2 });
    }
  }
}

function asText(value: unknown): string {
  return typeof value === "string" ? value : (JSON.stringify(value) ?? "");
}

/** What is no Unicode is sent as bytes that are no UTF-8. */
function encoded(text: string): string {
  return text === ""
    ? "%20"
    : text.replace(/./gsu, (part) => (/\p{Surrogate}/u.test(part) ? "%ED%A0%80" : encodeURIComponent(part)));
}
