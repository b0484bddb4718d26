/** JSON schemas as the offline model reads them: references followed, and all that holds for one value in one place. */
import { isJsonObject } from "../../../json-object.ts";
import type { JsonSchema } from "../../types.ts";

/** The name by which a validator knows the whole schema, so that a part of it can be compiled alone. */
export const ROOT = "schema";

/** What holds for a value, beside that one of each of the choices must hold. */
export interface FlatSchema {
  schema: JsonSchema;
  choices: unknown[][];
  /** Whether it was reached through itself: what is not needed is left out then. */
  isRecursive: boolean;
}

/** The schema with references that are absolute, and without what names it otherwise. */
export function absolute(schema: JsonSchema): JsonSchema {
  const { $schema: _schema, $id: _id, ...rest } = schema;
  return withAbsoluteReferences(rest, 0);
}

const DEEPEST = 64;
const NULLABLE = new Set(["type", "required"]);

function withAbsoluteReferences(schema: JsonSchema, depth: number): JsonSchema {
  const convert = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(convert);
    return isJsonObject(value) && depth < DEEPEST ? withAbsoluteReferences(value, depth + 1) : value;
  };
  const members = Object.entries(schema).flatMap(([key, value]) => {
    // The routes that take schemas read it as absent.
    if (value === null && NULLABLE.has(key)) return [];
    const isLocal = key === "$ref" && typeof value === "string" && value.startsWith("#");
    return [[key, isLocal ? `${ROOT}${value}` : convert(value)]];
  });
  return Object.fromEntries(members);
}

/** Follows references and joins what must all hold. @param path the references on the way to it. */
export function flatten(schema: unknown, root: JsonSchema, path: Set<string>): FlatSchema {
  const flat: FlatSchema = { schema: {}, choices: [], isRecursive: false };
  collect(schema, root, path, flat, new Set());
  return flat;
}

function collect(
  schema: unknown,
  root: JsonSchema,
  path: Set<string>,
  flat: FlatSchema,
  followed: Set<string>,
): void {
  if (schema === false) flat.schema = merge(flat.schema, { not: {} });
  if (!isJsonObject(schema)) return;
  const { $ref: reference, allOf, anyOf, oneOf, if: condition, then, else: otherwise, ...plain } = schema;
  flat.schema = merge(flat.schema, plain);
  if (typeof reference === "string" && !followed.has(reference)) {
    followed.add(reference);
    if (path.has(reference)) flat.isRecursive = true;
    path.add(reference);
    collect(resolve(reference, root), root, path, flat, followed);
  }
  for (const part of Array.isArray(allOf) ? allOf : []) collect(part, root, path, flat, followed);
  for (const choice of [anyOf, oneOf]) if (Array.isArray(choice)) flat.choices.push(choice);
  if (condition !== undefined) {
    flat.choices.push([{ allOf: [condition, then ?? true] }, otherwise ?? true]);
  }
}

function resolve(reference: string, root: JsonSchema): unknown {
  if (!reference.startsWith(`${ROOT}#`)) return {};
  const fragment = reference.slice(ROOT.length + 1);
  if (fragment !== "" && !fragment.startsWith("/")) return findAnchor(fragment, root, 0) ?? {};
  let place: unknown = root;
  for (const token of fragment.split("/").slice(1)) {
    const key = decode(token).replaceAll("~1", "/").replaceAll("~0", "~");
    if (Array.isArray(place)) place = place[Number(key)];
    else place = isJsonObject(place) && Object.hasOwn(place, key) ? place[key] : undefined;
  }
  return place ?? {};
}

function findAnchor(name: string, value: unknown, depth: number): unknown {
  if (typeof value !== "object" || value === null || depth > DEEPEST) return undefined;
  if (isJsonObject(value) && value.$anchor === name) return value;
  for (const child of Object.values(value)) {
    const found = findAnchor(name, child, depth + 1);
    if (found !== undefined) return found;
  }
  return undefined;
}

function decode(token: string): string {
  try {
    return decodeURIComponent(token);
  } catch {
    return token;
  }
}

const LARGER = new Set(["minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties"]);
const SMALLER = new Set(["maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties"]);

/** Both schemas in one, as far as keywords can be joined; the validator tells where they cannot. */
export function merge(one: JsonSchema, other: JsonSchema): JsonSchema {
  const merged: JsonSchema = { ...one };
  for (const [key, value] of Object.entries(other)) {
    merged[key] = Object.hasOwn(merged, key) ? join(key, merged[key], value) : value;
  }
  return merged;
}

function join(key: string, one: unknown, other: unknown): unknown {
  if (typeof one === "number" && typeof other === "number") {
    if (LARGER.has(key)) return Math.max(one, other);
    if (SMALLER.has(key)) return Math.min(one, other);
    if (key === "multipleOf") return one % other === 0 ? one : other % one === 0 ? other : one * other;
  }
  switch (key) {
    case "required":
      return [...new Set([one, other].flat())];
    case "type":
      return intersect(listOf(one), listOf(other));
    case "enum":
      return Array.isArray(one) && Array.isArray(other) ? intersect(one, other) : other;
    case "properties":
      return isJsonObject(one) && isJsonObject(other) ? mergeProperties(one, other) : other;
    case "items":
    case "additionalProperties":
    case "contains":
    case "not":
      return key === "not" ? { anyOf: [one, other] } : { allOf: [one, other] };
    default:
      return other;
  }
}

function mergeProperties(one: JsonSchema, other: JsonSchema): JsonSchema {
  const merged = { ...one };
  for (const [name, schema] of Object.entries(other)) {
    merged[name] = Object.hasOwn(merged, name) ? { allOf: [merged[name], schema] } : schema;
  }
  return merged;
}

function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [value];
}

/** An integer is a number as well. */
function intersect(one: unknown[], other: unknown[]): unknown[] {
  const has = (list: unknown[], value: unknown) =>
    list.some((entry) => JSON.stringify(entry) === JSON.stringify(value));
  const both = one.filter((value) => has(other, value));
  const wholes =
    (one.includes("integer") && other.includes("number")) ||
    (other.includes("integer") && one.includes("number"));
  return wholes && !both.includes("integer")
    ? [...both.filter((type) => type !== "number"), "integer"]
    : both;
}

/** The types that a value may have, the first to be preferred; where none is named, what its other keywords speak of. */
export function typesOf(schema: JsonSchema): string[] {
  const named = listOf(schema.type ?? []).filter((type) => typeof type === "string");
  if (named.length > 0) return named;
  const has = (...keys: string[]) => keys.some((key) => key in schema);
  if (has("properties", "required", "additionalProperties", "minProperties", "patternProperties")) {
    return ["object"];
  }
  if (has("items", "prefixItems", "minItems", "contains")) return ["array"];
  if (has("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf")) return ["number"];
  return ["string"];
}

const DOUBTFUL = ["anyOf", "oneOf", "not", "if", "$ref", "allOf"];

/** Whether a value may fail it, though it was made by it. */
export function isDoubtful(schema: unknown): boolean {
  return isJsonObject(schema) && DOUBTFUL.some((keyword) => keyword in schema);
}

export function isNull(schema: unknown): boolean {
  return isJsonObject(schema) && schema.type === "null";
}

export function isTyped(schema: JsonSchema): boolean {
  return "type" in schema || "const" in schema || "enum" in schema;
}
