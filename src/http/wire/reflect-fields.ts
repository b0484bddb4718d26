import { responseSchemaFault } from "../../engine/response-schema.ts";
import { FACT_TYPES } from "../../engine/types.ts";
import { dict, list } from "../validation/composites.ts";
import { literal } from "../validation/scalars.ts";
import { anything, refine, ValueFault } from "../validation/schema.ts";

/** The schema of a structured answer. */
export const responseSchema = refine(dict(anything), (schema) => {
  const fault = responseSchemaFault(schema);
  if (fault) throw new ValueFault(fault);
  return schema;
});

export const someFactTypes = refine(list(literal(FACT_TYPES)), (types) => {
  if (types.length === 0) throw new ValueFault("fact_types must not be empty");
  return types;
});
