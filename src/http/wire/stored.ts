import { INVALID, type Schema } from "../validation/schema.ts";

/** A part of stored JSON, as what it is declared to be; null when it is not there, or something else. */
export function stored<T>(schema: Schema<T>, value: unknown): T | null {
  const parsed = value === undefined || value === null ? INVALID : schema.parse(value, [], []);
  return parsed === INVALID ? null : parsed;
}
