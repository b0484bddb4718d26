import { LABEL_TYPES } from "../../engine/labels/label-groups.ts";
import { dict, isPlainObject, list, object, withDefault } from "../validation/composites.ts";
import { boolean, literal, string } from "../validation/scalars.ts";
import { before, named, recursive, type Schema } from "../validation/schema.ts";

const description = withDefault(string(), "");
const values = withDefault(list(named("LabelValue", object({ value: string(), description }))), []);

/** A field of a map, which may be a map again. */
const field: Schema<unknown> = recursive("MapField", () =>
  object({
    type: withDefault(literal(LABEL_TYPES), "text"),
    description,
    values,
    fields: withDefault(dict(field), {}),
  }),
);

const group = object({
  key: string(),
  description,
  type: withDefault(literal(LABEL_TYPES), "value"),
  optional: withDefault(boolean(), true),
  tag: withDefault(boolean(), false),
  values,
  fields: withDefault(dict(field), {}),
});

/** The two flags of old stand for types. */
function withType(input: unknown): unknown {
  if (!isPlainObject(input) || "type" in input) return input;
  const type = input.free_values ? "text" : input.multi_value ? "multi-values" : "value";
  return { ...input, type };
}

/** A vocabulary of labels. */
export const entityLabels: Schema<unknown[]> = list(before<unknown>(withType, named("LabelGroup", group)));
