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

/** Checks a value and coerces it as pydantic's lax mode does. All faults are collected, in the order of declaration. */
export interface Schema<T> {
  parse(input: unknown, at: Location, faults: Fault[]): Parsed<T>;
}

export type Infer<S> = S extends Schema<infer T> ? T : never;

/** A rule of our own that a value breaks: reported as `value_error` where it is thrown from `refine`. */
export class ValueFault extends Error {}

/** `schema`, then `check`, which may change the value or throw a `ValueFault`. */
export function refine<T, U>(schema: Schema<T>, check: (value: T) => U): Schema<U> {
  return {
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

/** `schema` on what `prepare` makes of the input. */
export function before<T>(prepare: (input: unknown) => unknown, schema: Schema<T>): Schema<T> {
  return { parse: (input, at, faults) => schema.parse(prepare(input), at, faults) };
}

export function nullable<T>(schema: Schema<T>): Schema<T | null> {
  return { parse: (input, at, faults) => (input === null ? null : schema.parse(input, at, faults)) };
}

/** Any JSON value, as it is. */
export const anything: Schema<unknown> = { parse: (input) => input };
