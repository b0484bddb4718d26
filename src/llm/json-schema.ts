import { isJsonObject } from "../json-object.ts";
import type { ChatMessage, JsonSchema } from "./types.ts";

/**
 * The messages with the schema in words, for models that are not held to it: at the end of the system message, or before the
 * first one where there is none.
 */
export function withSchema(messages: readonly ChatMessage[], schema: JsonSchema): ChatMessage[] {
  const [first, ...rest] = messages;
  const words = `Answer with one JSON value of this schema, and nothing else:\n${JSON.stringify(schema)}`;
  if (first?.role === "system") return [{ ...first, content: `${first.content}\n\n${words}` }, ...rest];
  return [{ role: "system", content: words }, ...messages];
}

/** Bounds that providers do not enforce, and some refuse. */
const BOUNDS = new Set(["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"]);
/** Keywords that hold schemas by names of the user's. */
const BY_NAME = new Set(["properties", "patternProperties", "$defs", "definitions"]);

/**
 * The schema in the strict form that OpenAI asks for: every property required, no others allowed, no numeric bounds, nothing
 * beside a `$ref`. A property that was optional may be null.
 */
export function strictSchema(schema: JsonSchema): JsonSchema {
  return toObject(strict(schema));
}

/** The schema without numeric bounds. */
export function unboundedSchema(schema: JsonSchema): JsonSchema {
  return toObject(mapSchema(schema, (node) => node));
}

function strict(schema: unknown): unknown {
  return mapSchema(schema, (node) => {
    if ("$ref" in node) return { $ref: node.$ref };
    if (!isJsonObject(node.properties)) return node;
    const required = Array.isArray(node.required) ? node.required : [];
    const properties = Object.entries(node.properties).map(([name, property]) => [
      name,
      required.includes(name) ? property : orNull(property),
    ]);
    return {
      ...node,
      properties: Object.fromEntries(properties),
      required: Object.keys(node.properties),
      additionalProperties: false,
    };
  });
}

/** Replaces every schema in a schema, the inner ones first. */
function mapSchema(value: unknown, replace: (node: JsonSchema) => JsonSchema): unknown {
  if (Array.isArray(value)) return value.map((item) => mapSchema(item, replace));
  if (!isJsonObject(value)) return value;
  const entries = Object.entries(value).flatMap(([key, part]): [string, unknown][] => {
    if (BOUNDS.has(key)) return [];
    if (!BY_NAME.has(key) || !isJsonObject(part)) return [[key, mapSchema(part, replace)]];
    const named = Object.entries(part).map(([name, schema]) => [name, mapSchema(schema, replace)]);
    return [[key, Object.fromEntries(named)]];
  });
  return replace(Object.fromEntries(entries));
}

function orNull(schema: unknown): unknown {
  if (!isJsonObject(schema)) return schema;
  const { type, anyOf } = schema;
  if (type === "null" || (Array.isArray(type) && type.includes("null"))) return schema;
  if (Array.isArray(anyOf) && anyOf.some((option) => isJsonObject(option) && option.type === "null"))
    return schema;
  return { anyOf: [schema, { type: "null" }] };
}

function toObject(value: unknown): JsonSchema {
  return isJsonObject(value) ? value : {};
}
