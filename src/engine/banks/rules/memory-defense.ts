import { isJsonObject } from "../../../json-object.ts";
import { isText } from "../../value-checks.ts";

const ACTIONS = ["allow", "redact", "block"];

/** `memory_defense`: `{enabled, rules: [{on, action}]}`. */
export function checkMemoryDefense(value: unknown): string | undefined {
  if (!isJsonObject(value)) return "must be an object";
  const { rules } = value;
  // Nothing stands for no rules, in whatever form.
  if (!rules || (isJsonObject(rules) && Object.keys(rules).length === 0)) return undefined;
  if (!Array.isArray(rules)) return "rules must be a list";
  for (const [index, rule] of rules.entries()) {
    if (!isJsonObject(rule)) return `rule ${index} must be an object`;
    if (!isText(rule.on) || rule.on === "") return `rule ${index} needs 'on'`;
    if (!ACTIONS.includes(String(rule.action))) {
      return `rule ${index}: action must be one of: ${ACTIONS.join(", ")}`;
    }
  }
  return undefined;
}
