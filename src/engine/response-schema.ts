import { isJsonObject } from "../json-object.ts";

const PROPERTY_TYPES: readonly unknown[] = ["string", "number", "integer", "boolean", "array", "object"];

/** What is wrong with the schema of a structured answer: it must be of an object, and declare its properties. */
export function responseSchemaFault(schema: Record<string, unknown>): string | undefined {
  const { type, properties, required } = schema;
  // Null is as good as absent.
  if ((type ?? "object") !== "object") return "response_schema must describe an object";
  if (!isJsonObject(properties) || Object.keys(properties).length === 0)
    return "response_schema needs properties";
  for (const [name, property] of Object.entries(properties)) {
    if (!isJsonObject(property)) return `property '${name}' must be an object`;
    if (!PROPERTY_TYPES.includes(property.type ?? "string")) {
      return `property '${name}' has an unknown type`;
    }
  }
  const isDeclared = (name: unknown) => typeof name === "string" && Object.hasOwn(properties, name);
  const names = required ?? [];
  return Array.isArray(names) && names.every(isDeclared)
    ? undefined
    : "required must list declared properties";
}
