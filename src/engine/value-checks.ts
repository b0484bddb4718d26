import { isJsonObject } from "../json-object.ts";
import { booleanOf, integerOf } from "./lax-values.ts";

/** Says what is wrong with a configuration value of the right type; undefined when nothing is. */
export type Check = (value: unknown) => string | undefined;

export const isText = (value: unknown): value is string => typeof value === "string";
export const isBool = (value: unknown): value is boolean => typeof value === "boolean";
export const isInt = (value: unknown): value is number => Number.isInteger(value);
export const isTextList = (value: unknown): value is string[] => Array.isArray(value) && value.every(isText);

/** Bounds of a number; `min` and `max` are inclusive. */
export function range(bounds: { min?: number; max?: number | undefined; above?: number }): Check {
  return (value) => {
    if (typeof value !== "number") return undefined;
    if (bounds.min !== undefined && value < bounds.min) return `must be at least ${bounds.min}`;
    if (bounds.max !== undefined && value > bounds.max) return `must be at most ${bounds.max}`;
    if (bounds.above !== undefined && value <= bounds.above) return `must be greater than ${bounds.above}`;
    return undefined;
  };
}

export function oneOfAnyCase(words: readonly string[]): Check {
  return (value) =>
    isText(value) && words.includes(value.toLowerCase()) ? undefined : `must be one of: ${words.join(", ")}`;
}

/** What a field of a nested object must be: a test, and its name for the message. */
export type FieldRule = readonly [test: (value: unknown) => boolean, expected: string];

export const TEXT: FieldRule = [isText, "a string"];
/** Truths and integers of nested objects are read leniently: `"yes"`, `"12"`. The value is stored as it was sent. */
export const BOOL: FieldRule = [(value) => booleanOf(value) !== undefined, "true or false"];
export const INT: FieldRule = [(value) => integerOf(value) !== undefined, "an integer"];
export const TEXTS: FieldRule = [isTextList, "a list of strings"];
export const OBJECT: FieldRule = [isJsonObject, "an object"];

export const atLeast = (min: number): FieldRule => [
  (value) => (integerOf(value) ?? -Infinity) >= min,
  `an integer of at least ${min}`,
];
export const oneOf = (...words: string[]): FieldRule => [
  (value) => isText(value) && words.includes(value),
  `one of: ${words.join(", ")}`,
];
export const orNull = ([test, expected]: FieldRule): FieldRule => [
  (value) => value === null || test(value),
  `${expected}, or null`,
];
export const listOf = ([test, expected]: FieldRule): FieldRule => [
  (value) => Array.isArray(value) && value.every(test),
  `a list, each ${expected}`,
];

/** Whether an object's fields are as they must be, and no others are there unless `open`. */
export function checkFields(
  value: unknown,
  fields: Record<string, FieldRule>,
  { open = false } = {},
): string | undefined {
  if (!isJsonObject(value)) return "must be an object";
  for (const [name, field] of Object.entries(value)) {
    const rule = Object.hasOwn(fields, name) ? fields[name] : undefined;
    if (!rule && open) continue;
    if (!rule) return `has an unknown field '${name}'`;
    const [test, expected] = rule;
    if (!test(field)) return `field '${name}' must be ${expected}`;
  }
  return undefined;
}
