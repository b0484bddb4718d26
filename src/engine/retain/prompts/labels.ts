import type { LabelField, LabelGroup } from "../../labels/label-groups.ts";

/**
 * The bank's own vocabulary. It is the bank's, so it comes after what all banks share; and values are listed one a line, with
 * what they mean, because a model picks a wrong value for want of its meaning more often than for want of the text.
 */
export function labelsSection(groups: readonly LabelGroup[], allowFreeForm: boolean): string {
  const lines = groups.flatMap((group) => fieldLines(group.key, group, ""));
  const entities = allowFreeForm
    ? "Labels come beside the entities, not in their place."
    : "Leave entities empty: only labels are wanted.";
  return `Labels: give every fact an object "labels" with these keys. ${entities}
${lines.join("\n")}`;
}

function fieldLines(name: string, field: LabelField, indent: string): string[] {
  const head = `${indent}- ${name}: ${HINTS[field.type]}${field.description && ` ${field.description}`}`;
  if (field.type === "map") {
    return [head, ...[...field.fields].flatMap(([key, nested]) => fieldLines(key, nested, `${indent}  `))];
  }
  const values = field.values.map(
    ({ value, description }) => `${indent}  - "${value}"${description && `: ${description}`}`,
  );
  return [head, ...values];
}

const HINTS: Record<LabelField["type"], string> = {
  value: "one of the values, or null when none applies.",
  "multi-values": "a list of the values that apply.",
  text: "a short text, or null.",
  "multi-text": "a list of short texts.",
  map: "a list of objects with these keys.",
};
