import { isObject, isText, isTextList } from "./check.ts";

const SCOPES = ["per_tag", "combined", "all_combinations", "shared"];
const LABEL_TYPES = ["value", "multi-values", "text", "multi-text", "map"];

/** `default_observation_scopes`: a word, or lists of tags. */
export function checkDefaultScopes(value: unknown): string | undefined {
  if (isText(value) && SCOPES.includes(value)) return undefined;
  if (Array.isArray(value) && value.every(isTextList)) return undefined;
  return `must be one of: ${SCOPES.join(", ")}, or a list of lists of strings`;
}

/** `entity_labels`: groups, alone or as `attributes`. The old `free_values` and `multi_value` pass. */
export function checkEntityLabels(value: unknown): string | undefined {
  const groups = isObject(value) ? value.attributes : value;
  if (!Array.isArray(groups)) return "must be a list, or an object with a list 'attributes'";
  for (const group of groups) {
    if (!isObject(group) || !isText(group.key)) return "has a group without a 'key'";
    const { type, values } = group;
    if (type !== undefined && !LABEL_TYPES.includes(String(type))) {
      return `group '${group.key}': type must be one of: ${LABEL_TYPES.join(", ")}`;
    }
    if (
      values !== undefined &&
      !(Array.isArray(values) && values.every((v) => isObject(v) && isText(v.value)))
    ) {
      return `group '${group.key}': values must be a list of objects with a 'value'`;
    }
  }
  return undefined;
}
