import { type FieldWithDefault, type ObjectOf, parseField } from "./composites.ts";
import { type Fault, INVALID, type Parsed, type Schema } from "./schema.ts";

/** A query parameter that may be given several times. */
export interface Repeated<T, In = unknown> extends FieldWithDefault<T, In> {
  readonly repeated: true;
}

export function repeated<T, In>(field: FieldWithDefault<T, In>): Repeated<T, In> {
  return { ...field, repeated: true };
}

export type QueryFields = Record<string, Schema<unknown> | FieldWithDefault<unknown> | Repeated<unknown>>;

/** Parses the parameters of a query. Of a single one that is given twice the last counts. */
export function parseQuery<const F extends QueryFields>(
  fields: F,
  query: URLSearchParams,
  faults: Fault[],
): Parsed<ObjectOf<F>> {
  const before = faults.length;
  const value: Record<string, unknown> = {};
  for (const [name, field] of Object.entries(fields)) {
    const given = query.getAll(name);
    const sent = "repeated" in field ? given : given.at(-1);
    value[name] = parseField(
      field,
      given.length > 0 ? { value: sent } : undefined,
      ["query", name],
      null,
      faults,
    );
  }
  return faults.length > before ? INVALID : (value as ObjectOf<F>);
}
