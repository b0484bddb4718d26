import { isJsonObject } from "../../../json-object.ts";

/** What is done with items that hold secrets or personal data. */
export type DefenseAction = "allow" | "redact" | "block";

/** The one thing that is looked for. Rules on anything else do nothing. */
export const DETECTOR = "sensitive_data";

/** Reads `memory_defense`: the first rule on what can be looked for counts. */
export function readDefense(policy: unknown): DefenseAction {
  if (!isJsonObject(policy) || !policy.enabled || !Array.isArray(policy.rules)) return "allow";
  const rule = policy.rules.filter(isJsonObject).find(({ on }) => on === DETECTOR);
  return rule?.action === "redact" || rule?.action === "block" ? rule.action : "allow";
}
