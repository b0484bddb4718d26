import { expect, test } from "vitest";
import { responseSchemaFault } from "../../src/engine/response-schema.ts";

const properties = { name: { type: "string" } };

test.each([
  [{ properties }],
  [{ type: "object", properties, required: ["name"] }],
  // Null is as good as absent.
  [{ type: null, properties: { name: { type: null } }, required: null }],
])("%j can be asked for", (schema) => expect(responseSchemaFault(schema)).toBeUndefined());

test.each([
  [{ type: "array", properties }, "must describe an object"],
  [{}, "needs properties"],
  [{ properties: {} }, "needs properties"],
  [{ properties: { name: "string" } }, "'name' must be an object"],
  [{ properties: { name: { type: "text" } } }, "'name' has an unknown type"],
  [{ properties: { name: { type: ["string", "null"] } } }, "'name' has an unknown type"],
  [{ properties, required: ["other"] }, "must list declared properties"],
  [{ properties, required: "name" }, "must list declared properties"],
])("%j cannot", (schema, fault) => expect(responseSchemaFault(schema)).toContain(fault));
