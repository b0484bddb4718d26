import { isJsonObject } from "../../../json-object.ts";
import type { JsonSchema } from "../../types.ts";
import { ROOT } from "./schema.ts";

/** Whether a value is in order by a part of the schema. */
export type Fits = (schema: unknown, value: unknown) => boolean;

/** Loads the validator with the first schema. A schema that it cannot read has nothing to say against any value. */
export async function loadValidator(root: JsonSchema): Promise<Fits> {
  const { Ajv2020 } = await import("ajv/dist/2020.js");
  const ajv = new Ajv2020({ strict: false, validateFormats: false, logger: false, validateSchema: false });
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
