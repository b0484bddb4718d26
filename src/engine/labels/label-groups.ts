import { isJsonObject } from "../../json-object.ts";
import { isText } from "../value-checks.ts";

/** The shapes that a label's value can have. */
export const LABEL_TYPES = ["value", "multi-values", "text", "multi-text", "map"] as const;
type LabelType = (typeof LABEL_TYPES)[number];

/** What can be told of a fact: one of a few values, any text, or a map of further fields. */
export interface LabelField {
  type: LabelType;
  description: string;
  /** Those that are allowed, in order. */
  values: { value: string; description: string }[];
  /** Of a map, by name. */
  fields: Map<string, LabelField>;
}

/** A label that a bank wants on its facts. */
export interface LabelGroup extends LabelField {
  key: string;
  /** Whether the model may leave it out. */
  optional: boolean;
  /** Whether its values become tags of the fact as well. */
  tag: boolean;
}

/** Reads `entity_labels`: a list of groups, or an object that holds it as `attributes`. What has no key is left out. */
export function readLabelGroups(config: unknown): LabelGroup[] {
  const groups = isJsonObject(config) ? config.attributes : config;
  if (!Array.isArray(groups)) return [];
  return groups.filter(isJsonObject).flatMap((group) => {
    const { key, optional, tag } = group;
    if (!isText(key) || key === "") return [];
    return [{ ...readField(group, typeOf(group)), key, optional: optional !== false, tag: tag === true }];
  });
}

/** Banks of old say it with two flags. */
function typeOf(group: Record<string, unknown>): unknown {
  if ("type" in group) return group.type;
  if (group.free_values) return "text";
  return group.multi_value ? "multi-values" : "value";
}

function readField(field: Record<string, unknown>, type: unknown): LabelField {
  const { description, values, fields } = field;
  return {
    type: LABEL_TYPES.find((known) => known === type) ?? "value",
    description: isText(description) ? description : "",
    values: (Array.isArray(values) ? values : []).filter(isJsonObject).flatMap((value) => {
      if (!isText(value.value) || value.value === "") return [];
      return [{ value: value.value, description: isText(value.description) ? value.description : "" }];
    }),
    fields: new Map(
      Object.entries(isJsonObject(fields) ? fields : {}).flatMap(([name, nested]) =>
        isJsonObject(nested) ? [[name, readField(nested, nested.type ?? "text")]] : [],
      ),
    ),
  };
}
