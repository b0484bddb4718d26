import { isJsonObject } from "../../json-object.ts";
import { isText } from "../value-checks.ts";
import type { LabelField, LabelGroup } from "./label-groups.ts";
import { listedLabels } from "./label-names.ts";

/**
 * The labels that a model told of a fact, as names: `key:value`, of a map `key:field:value`. Of groups with listed values
 * only those are read, in any case, and kept as the model wrote them.
 *
 * @param told the answer's `labels`; what is no object is ignored.
 * @param names those that the fact has already: they are not added again, in any case.
 */
export function readLabels(told: unknown, groups: readonly LabelGroup[], names: readonly string[]): string[] {
  if (!isJsonObject(told)) return [];
  const listed = listedLabels(groups);
  const known = new Set(names.map((name) => name.toLowerCase()));
  const labels: string[] = [];
  const add = (label: string) => {
    if (known.has(label.toLowerCase())) return;
    known.add(label.toLowerCase());
    labels.push(label);
  };
  for (const group of groups) {
    const value = told[group.key];
    if (group.type === "map" && group.fields.size > 0) {
      for (const label of mapLabels(value, group, `${group.key}:`)) add(label);
      continue;
    }
    const isOpen = group.type === "text" || group.type === "multi-text";
    for (const text of textsIn(value)) {
      const label = `${group.key}:${text}`;
      if (isOpen || listed.has(label.toLowerCase())) add(label);
    }
  }
  return labels;
}

/** The labels of one object or of several; of their values none is checked. */
function mapLabels(value: unknown, { fields }: LabelField, prefix: string): string[] {
  return (Array.isArray(value) ? value : [value]).filter(isJsonObject).flatMap((object) =>
    [...fields].flatMap(([name, field]) => {
      const path = `${prefix}${name}:`;
      if (field.type === "map" && field.fields.size > 0) return mapLabels(object[name], field, path);
      const isList = field.type === "multi-values" || field.type === "multi-text";
      if (Array.isArray(object[name]) && !isList) return [];
      return textsIn(object[name]).map((text) => path + text);
    }),
  );
}

const NOTHING = ["none", "null", "n/a"];

function textsIn(value: unknown): string[] {
  return (Array.isArray(value) ? value : [value])
    .filter(isText)
    .filter((text) => text.trim() !== "" && !NOTHING.includes(text.toLowerCase()))
    .map((text) => text.trim());
}
