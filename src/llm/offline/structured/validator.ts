import { isJsonObject } from "../../../json-object.ts";
import type { JsonSchema } from "../../types.ts";
import { BoundedExpression } from "./bounded-expression.ts";
import { ROOT } from "./schema.ts";

/** Whether a value is in order by a part of the schema. */
export type Fits = (schema: unknown, value: unknown) => boolean;

/** Loads the validator with the first schema. A schema that it cannot read has nothing to say against any value. */
export async function loadValidator(root: JsonSchema): Promise<Fits> {
  const { Ajv2020 } = await import("ajv/dist/2020.js");
  // The name of the engine is only for schemas that are written down as code.
  const regExp = Object.assign((pattern: string, flags: string) => new BoundedExpression(pattern, flags), {
    code: "",
  });
  const ajv = new Ajv2020({
    strict: false,
    validateFormats: false,
    logger: false,
    validateSchema: false,
    code: { regExp },
  });
  ajv.addSchema(root, ROOT);
  return (schema, value) => {
    if (!isJsonObject(schema)) return schema !== false;
    try {
      return ajv.validate(schema, value) === true;
    } catch {
      return true;
    }
  };
}
