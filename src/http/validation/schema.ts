import { type JsonSchema, REFERRED, reference } from "./json-schema.ts";

/** Where a value stands in a request: `["body", "items", 0, "content"]`. */
export type Location = readonly (string | number)[];

/** One fault of a request, in the form in which pydantic v2 (and so upstream's server) reports it. */
export interface Fault {
  type: string;
  loc: Location;
  msg: string;
  input: unknown;
  ctx?: Record<string, unknown>;
}

/** What `parse` returns for a value that is not valid; the faults say why. */
export const INVALID: unique symbol = Symbol("invalid");

export type Parsed<T> = T | typeof INVALID;

declare const INPUT: unique symbol;

/**
 * Checks a value and coerces it as pydantic's lax mode does, and describes what it takes. All faults are collected, in the
 * order of declaration.
 *
 * @typeParam In what clients declare that they send; more than that is taken.
 */
export interface Schema<T, In = unknown> {
  parse(input: unknown, at: Location, faults: Fault[]): Parsed<T>;
  readonly json: JsonSchema;
  readonly [INPUT]?: In;
}

export type Infer<S> = S extends Schema<infer T> ? T : never;
export type InputOf<S> = S extends { readonly [INPUT]?: infer In } ? In : never;

/** A rule of our own that a value breaks: reported as `value_error` where it is thrown from `refine`. */
export class ValueFault extends Error {}

/** `schema`, then `check`, which may change the value or throw a `ValueFault`. */
export function refine<T, U, In>(schema: Schema<T, In>, check: (value: T) => U): Schema<U, In> {
  return {
    json: schema.json,
    parse(input, at, faults) {
      const value = schema.parse(input, at, faults);
      if (value === INVALID) return INVALID;
      try {
        return check(value);
      } catch (error) {
        if (!(error instanceof ValueFault)) throw error;
        faults.push({
          type: "value_error",
          loc: at,
          msg: `Value error, ${error.message}`,
          input,
          ctx: { error: {} },
        });
        return INVALID;
      }
    },
  };
}

/** `schema`, and what `map` makes of its value. */
export function mapped<T, U, In>(schema: Schema<T, In>, map: (value: T) => U): Schema<U, In> {
  return {
    json: schema.json,
    parse(input, at, faults) {
      const value = schema.parse(input, at, faults);
      return value === INVALID ? INVALID : map(value);
    },
  };
}

/** `schema` on what `prepare` makes of the input. */
export function before<T>(prepare: (input: unknown) => unknown, schema: Schema<T>): Schema<T> {
  return { json: schema.json, parse: (input, at, faults) => schema.parse(prepare(input), at, faults) };
}

export function nullable<T, In>(schema: Schema<T, In>): Schema<T | null, In | null> {
  return {
    json: { anyOf: [schema.json, { type: "null" }] },
    parse: (input, at, faults) => (input === null ? null : schema.parse(input, at, faults)),
  };
}

/** A part that the OpenAPI document holds once, under this name. */
export function named<S extends Schema<unknown>>(name: string, schema: S): S {
  return { ...schema, json: { ...schema.json, title: name } };
}

/** A part that holds itself. */
export function recursive<T, In>(name: string, schema: () => Schema<T, In>): Schema<T, In> {
  return {
    json: { ...reference(name), [REFERRED]: () => schema().json },
    parse: (input, at, faults) => schema().parse(input, at, faults),
  };
}

/** Any JSON value, as it is. */
export const anything: Schema<unknown> = { json: {}, parse: (input) => input };
