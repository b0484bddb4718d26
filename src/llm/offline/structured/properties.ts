/** Which properties an object must have, and what holds for those that are not listed. */
import { isJsonObject } from "../../../json-object.ts";
import type { JsonSchema } from "../../types.ts";
import { readExpression } from "./bounded-expression.ts";
import { fillString } from "./strings.ts";

export function stringsOf(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((entry) => typeof entry === "string") : [];
}

/** The names with those that must be there beside them. */
export function withDependents(names: readonly string[], schema: JsonSchema): string[] {
  const dependents = [schema.dependentRequired, schema.dependencies].filter(isJsonObject);
  const all = new Set(names);
  // What is added to a set is visited as well.
  for (const name of all) {
    for (const map of dependents) for (const other of stringsOf(map[name])) all.add(other);
  }
  return [...all];
}

/** What holds for a property that is not listed. */
export function schemaOfOther(
  { patternProperties, additionalProperties }: JsonSchema,
  name: string,
): unknown {
  const matching = isJsonObject(patternProperties)
    ? Object.entries(patternProperties).flatMap(([pattern, child]) =>
        readExpression(pattern)?.test(name) ? [child] : [],
      )
    : [];
  return matching.length > 0 ? { allOf: matching } : (additionalProperties ?? {});
}

/** A name for a property that must be there, whatever it is called. */
export function nameFor(
  { patternProperties, additionalProperties, propertyNames }: JsonSchema,
  number: number,
): string {
  const [pattern] = isJsonObject(patternProperties) ? Object.keys(patternProperties) : [];
  if (isJsonObject(propertyNames)) return fillString(propertyNames, "", `property${number}`, number - 1);
  if (pattern !== undefined && additionalProperties === false) {
    return fillString({ pattern }, "", `property${number}`, number - 1);
  }
  return `property${number}`;
}
