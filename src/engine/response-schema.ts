import { isJsonObject } from "../json-object.ts";

const PROPERTY_TYPES: readonly unknown[] = ["string", "number", "integer", "boolean", "array", "object"];

/** What is wrong with the schema of a structured answer: it must be of an object, and declare its properties. */
export function responseSchemaFault(schema: Record<string, unknown>): string | undefined {
  const { type, properties, required = [] } = schema;
  if (type !== undefined && type !== "object") return "response_schema must describe an object";
  if (!isJsonObject(properties) || Object.keys(properties).length === 0)
    return "response_schema needs properties";
  for (const [name, property] of Object.entries(properties)) {
    if (!isJsonObject(property)) return `property '${name}' must be an object`;
    if (property.type !== undefined && !PROPERTY_TYPES.includes(property.type)) {
      return `property '${name}' has an unknown type`;
    }
  }
  const isDeclared = (name: unknown) => typeof name === "string" && Object.hasOwn(properties, name);
  return Array.isArray(required) && required.every(isDeclared)
    ? undefined
    : "required must list declared properties";
}
