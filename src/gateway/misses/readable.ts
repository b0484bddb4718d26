import { isJsonObject, type Json } from "../json.ts";

/**
 * JSON as indented lines in the manner of YAML, with texts unquoted and their line breaks kept: for people and for diffs,
 * not for parsing.
 */
export function readable(value: Json): string {
  return lines(value).join("\n");
}

function lines(value: Json): string[] {
  if (typeof value === "string") return value.split("\n");
  if (Array.isArray(value))
    return value.length === 0 ? ["[]"] : value.flatMap((item) => nested("-", item, " "));
  if (!isJsonObject(value)) return [String(value)];
  const names = Object.keys(value).sort();
  return names.length === 0 ? ["{}"] : names.flatMap((name) => nested(`${name}:`, value[name] ?? null, "\n"));
}

/** `separator` says whether a structure begins beside its label, as a list's item does, or below it. */
function nested(label: string, value: Json, separator: " " | "\n"): string[] {
  const [first = "", ...rest] = lines(value);
  const structure = typeof value === "object" && value !== null && first !== "[]" && first !== "{}";
  const below = separator === "\n" && (structure || rest.length > 0);
  return below
    ? [label, ...[first, ...rest].map((line) => `  ${line}`)]
    : [`${label} ${first}`, ...rest.map((line) => `  ${line}`)];
}
