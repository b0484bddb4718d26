import type { JsonSchema } from "../../types.ts";

/** Numbers in a row are tried until one is a multiple of what it must be. */
const TRIES = 1_000;

/** The number nearest to one that an answer holds within what a schema allows. @param variant makes another one of it. */
export function fitNumber(found: number, schema: JsonSchema, isInteger: boolean, variant: number): number {
  const lowest = Math.max(bound(schema.minimum, -Infinity), bound(schema.exclusiveMinimum, -Infinity));
  const highest = Math.min(bound(schema.maximum, Infinity), bound(schema.exclusiveMaximum, Infinity));
  const fits = (value: number) => value >= lowest && value <= highest && !excluded(value, schema);
  const { multipleOf } = schema;
  const divisor = typeof multipleOf === "number" && multipleOf > 0 ? multipleOf : undefined;
  const step = divisor ?? (isInteger ? 1 : undefined);
  const nearest = Math.min(highest, Math.max(lowest, found));
  if (step === undefined) return fitReal(nearest, lowest, highest, fits, variant);
  const start = Math.round(nearest / step);
  let passed = 0;
  // Upwards and downwards from the nearest one, in turn.
  for (let offset = 0; offset <= TRIES * 2; offset++) {
    const value = multiple(start + (offset % 2 === 1 ? (offset + 1) / 2 : -offset / 2), step);
    if (!fits(value) || (isInteger && !Number.isInteger(value))) continue;
    if (passed === variant) return value;
    passed += 1;
  }
  return nearest;
}

function fitReal(
  nearest: number,
  lowest: number,
  highest: number,
  fits: (value: number) => boolean,
  variant: number,
): number {
  if (variant === 0 && fits(nearest)) return nearest;
  const from = Number.isFinite(lowest) ? lowest : Number.isFinite(highest) ? highest - variant - 2 : nearest;
  const room = Number.isFinite(highest) ? highest - from : variant + 2;
  const value = from + (room * (variant + 1)) / (variant + 2);
  return fits(value) ? value : nearest;
}

function bound(value: unknown, none: number): number {
  return typeof value === "number" ? value : none;
}

/** Older schemas say with true that the bound itself is excluded. */
function excluded(value: number, schema: JsonSchema): boolean {
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum } = schema;
  return (
    value === exclusiveMinimum ||
    value === exclusiveMaximum ||
    (exclusiveMinimum === true && value === minimum) ||
    (exclusiveMaximum === true && value === maximum)
  );
}

/** Without the noise of binary fractions: three times 0.1 is 0.3. */
function multiple(count: number, step: number): number {
  return count === 0 ? 0 : Number((count * step).toPrecision(15));
}
