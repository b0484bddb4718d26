import type { JsonSchema } from "./json-schema.ts";
import {
  type Fault,
  INVALID,
  type InputOf,
  type Location,
  nullable,
  type Parsed,
  refine,
  type Schema,
} from "./schema.ts";

/** A field that may be absent, and its value then. */
export interface FieldWithDefault<T, In = unknown> {
  readonly schema: Schema<T, In>;
  readonly whenAbsent: T;
}

/** A field that may be absent. */
export function withDefault<T, D extends T, In = unknown>(
  schema: Schema<T, In>,
  whenAbsent: D,
): FieldWithDefault<T, In> {
  return { schema, whenAbsent };
}

/** A field that may be absent or null; both are null. */
export function orNull<T, In>(schema: Schema<T, In>): FieldWithDefault<T | null, In | null> {
  return withDefault(nullable(schema), null);
}

export type Fields = Record<string, Schema<unknown> | FieldWithDefault<unknown>>;

export type ObjectOf<F extends Fields> = {
  [Name in keyof F]: F[Name] extends FieldWithDefault<infer T>
    ? T
    : F[Name] extends Schema<infer T>
      ? T
      : never;
};

type Optional<F extends Fields> = {
  [Name in keyof F]: F[Name] extends FieldWithDefault<unknown> ? Name : never;
}[keyof F];

/** What clients declare that they send: fields with a default may be left out. */
export type InputOfFields<F extends Fields> = {
  [Name in Exclude<keyof F, Optional<F>>]: InputOf<F[Name]>;
} & {
  [Name in Optional<F>]?: F[Name] extends FieldWithDefault<unknown, infer In> ? In | undefined : never;
};

/** An object that knows the names of its fields: others are accepted, and left out. */
export interface ObjectSchema<T, In = unknown> extends Schema<T, In> {
  readonly names: readonly string[];
  /** What stands for a body that was not sent; without it the body is required. */
  readonly whenAbsent?: T;
}

export function isPlainObject(input: unknown): input is Record<string, unknown> {
  return typeof input === "object" && input !== null && !Array.isArray(input);
}

/** The value of one field that was sent (`undefined`: was not). */
export function parseField(
  field: Schema<unknown> | FieldWithDefault<unknown>,
  sent: { value: unknown } | undefined,
  at: Location,
  parent: unknown,
  faults: Fault[],
): unknown {
  if (sent) return ("schema" in field ? field.schema : field).parse(sent.value, at, faults);
  if ("schema" in field) return field.whenAbsent;
  faults.push({ type: "missing", loc: at, msg: "Field required", input: parent });
  return INVALID;
}

/** An object with these fields, checked in this order. A bare schema is a required field. */
export function object<const F extends Fields>(fields: F): ObjectSchema<ObjectOf<F>, InputOfFields<F>> {
  const required = Object.keys(fields).filter((name) => !hasDefault(fields[name]));
  return {
    names: Object.keys(fields),
    json: {
      type: "object",
      properties: Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, fieldJson(field)])),
      ...(required.length > 0 && { required }),
    },
    parse(input, at, faults) {
      if (!isPlainObject(input)) {
        faults.push({
          type: "model_attributes_type",
          loc: at,
          msg: "Input should be a valid dictionary or object to extract fields from",
          input,
        });
        return INVALID;
      }
      const before = faults.length;
      const value: Record<string, unknown> = {};
      for (const [name, field] of Object.entries(fields)) {
        const sent = Object.hasOwn(input, name) ? { value: input[name] } : undefined;
        value[name] = parseField(field, sent, [...at, name], input, faults);
      }
      return faults.length > before ? INVALID : (value as ObjectOf<F>);
    },
  };
}

function hasDefault(field: Schema<unknown> | FieldWithDefault<unknown> | undefined): boolean {
  return field !== undefined && "schema" in field;
}

/** What the OpenAPI document says of a field. */
export function fieldJson(field: Schema<unknown> | FieldWithDefault<unknown>): JsonSchema {
  if (!("schema" in field)) return field.json;
  const { schema, whenAbsent } = field;
  // A default is told where it is what a client could send, which null, meaning "not sent", never is.
  const isWire = whenAbsent !== null && schema.parse(whenAbsent, [], []) !== INVALID;
  return isWire ? { ...schema.json, default: whenAbsent } : schema.json;
}

/** An object whose fields have to do with each other: `check` may change the value or throw a `ValueFault`. */
export function refineObject<T, U, In>(
  schema: ObjectSchema<T, In>,
  check: (value: T) => U,
): ObjectSchema<U, In> {
  return { names: schema.names, ...refine(schema, check) };
}

/** A body that may be left out, or be null. Its keys are not reported when they are unknown, as upstream does. */
export function optionalBody<T, In>(schema: ObjectSchema<T, In>): ObjectSchema<T | null, In | null> {
  return { ...nullable(schema), names: schema.names, whenAbsent: null };
}

export function list<T, In>(item: Schema<T, In>): Schema<T[], In[]> {
  return {
    json: { type: "array", items: item.json },
    parse(input, at, faults) {
      if (!Array.isArray(input)) {
        faults.push({ type: "list_type", loc: at, msg: "Input should be a valid list", input });
        return INVALID;
      }
      return all(input.map((value, index) => item.parse(value, [...at, index], faults)));
    },
  };
}

/** An object with any keys. */
export function dict<T, In>(value: Schema<T, In>): Schema<Record<string, T>, Record<string, In>> {
  const isOpen = Object.keys(value.json).length === 0;
  return {
    json: { type: "object", additionalProperties: isOpen || value.json },
    parse(input, at, faults) {
      if (!isPlainObject(input)) {
        faults.push({ type: "dict_type", loc: at, msg: "Input should be a valid dictionary", input });
        return INVALID;
      }
      const keys = Object.keys(input);
      const values = all(keys.map((key) => value.parse(input[key], [...at, key], faults)));
      if (values === INVALID) return INVALID;
      // Own properties only, whatever they are called: `__proto__` is a key like any other.
      return Object.fromEntries(keys.map((key, index) => [key, values[index] as T]));
    },
  };
}

function all<T>(values: Parsed<T>[]): Parsed<T[]> {
  return values.includes(INVALID) ? INVALID : (values as T[]);
}

/**
 * The first alternative that fits. When none does, the faults of all are listed; the name of an alternative is appended to
 * its location.
 */
export function union<T, In = unknown>(
  alternatives: readonly (readonly [name: string, schema: Schema<T, In>])[],
): Schema<T, In> {
  return {
    json: { anyOf: alternatives.map(([, { json }]) => json) },
    parse(input, at, faults) {
      const collected: Fault[] = [];
      for (const [name, schema] of alternatives) {
        const own: Fault[] = [];
        const value = schema.parse(input, [...at, name], own);
        if (value !== INVALID) return value;
        for (const fault of own) collected.push(fault);
      }
      // There may be more than a call takes arguments.
      for (const fault of collected) faults.push(fault);
      return INVALID;
    },
  };
}

/** An object whose shape is named by one of its fields. */
export function tagged<T, In = unknown>(tag: string, shapes: Record<string, Schema<T, In>>): Schema<T, In> {
  return {
    json: { oneOf: Object.values(shapes).map(({ json }) => json) },
    parse(input, at, faults) {
      if (!isPlainObject(input) || !Object.hasOwn(input, tag)) {
        faults.push({
          type: isPlainObject(input) ? "union_tag_not_found" : "model_attributes_type",
          loc: at,
          msg: isPlainObject(input)
            ? `Unable to extract tag using discriminator '${tag}'`
            : "Input should be a valid dictionary or object to extract fields from",
          input,
          ...(isPlainObject(input) && { ctx: { discriminator: `'${tag}'` } }),
        });
        return INVALID;
      }
      const name = String(input[tag]);
      const shape = Object.hasOwn(shapes, name) ? shapes[name] : undefined;
      if (shape) return shape.parse(input, [...at, name], faults);
      const expected = Object.keys(shapes)
        .map((known) => `'${known}'`)
        .join(", ");
      faults.push({
        type: "union_tag_invalid",
        loc: at,
        msg: `Input tag '${name}' found using '${tag}' does not match any of the expected tags: ${expected}`,
        input,
        ctx: { discriminator: `'${tag}'`, tag: name, expected_tags: expected },
      });
      return INVALID;
    },
  };
}
