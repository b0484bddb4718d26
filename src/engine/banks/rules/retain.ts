import { isJsonObject } from "../../../json-object.ts";
import { LABEL_TYPES } from "../../labels/label-groups.ts";
import { OBSERVATION_SCOPE_MODES } from "../../types.ts";
import {
  BOOL,
  checkFields,
  type FieldRule,
  isText,
  isTextList,
  listOf,
  oneOf,
  TEXT,
} from "../../value-checks.ts";

/** `default_observation_scopes`: a word, or lists of tags. */
export function checkDefaultScopes(value: unknown): string | undefined {
  if (OBSERVATION_SCOPE_MODES.some((mode) => mode === value)) return undefined;
  if (Array.isArray(value) && value.every(isTextList)) return undefined;
  return `must be one of: ${OBSERVATION_SCOPE_MODES.join(", ")}, or a list of lists of strings`;
}

const LABEL_VALUE: Record<string, FieldRule> = { value: TEXT, description: TEXT };
const LABEL_FIELD: Record<string, FieldRule> = {
  type: oneOf(...LABEL_TYPES),
  description: TEXT,
  values: listOf([isLabelValue, "an object with a 'value'"]),
  fields: [isFieldMap, "an object of fields"],
};
const LABEL_GROUP: Record<string, FieldRule> = { ...LABEL_FIELD, key: TEXT, optional: BOOL, tag: BOOL };

function isLabelValue(value: unknown): boolean {
  return isJsonObject(value) && "value" in value && !checkFields(value, LABEL_VALUE, { open: true });
}

/** The fields of a `map`, which can hold maps again. */
function isFieldMap(value: unknown): boolean {
  return (
    isJsonObject(value) &&
    Object.values(value).every((field) => !checkFields(field, LABEL_FIELD, { open: true }))
  );
}

/** `entity_labels`: groups, alone or as `attributes`. The old `free_values` and `multi_value` pass. */
export function checkEntityLabels(value: unknown): string | undefined {
  // Nothing stands for no labels, in whatever form.
  const groups = isJsonObject(value) ? value.attributes || [] : value;
  if (isJsonObject(groups) && Object.keys(groups).length === 0) return undefined;
  if (!Array.isArray(groups)) return "must be a list, or an object with a list 'attributes'";
  for (const group of groups) {
    if (!isJsonObject(group) || !isText(group.key)) return "has a group without a 'key'";
    const fault = checkFields(group, LABEL_GROUP, { open: true });
    if (fault) return `group '${group.key}': ${fault}`;
  }
  return undefined;
}
