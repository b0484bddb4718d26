import { EngineError } from "../errors.ts";
import { type ConfigName, isConfigName, isCredentialKey, isServerKey } from "./config-keys.ts";
import { typeFault, valueFault } from "./faults.ts";
import type { ResolvedConfig } from "./resolve-config.ts";

/** A checked update: what to write and what to remove, by key. */
export interface ConfigUpdate {
  set: Record<string, unknown>;
  remove: ConfigName[];
}

/** A key as callers may write it (`RETAIN_MISSION`, `HINDSIGHT_API_RETAIN_MISSION`), in the form that is stored. */
function storedName(key: string): string {
  return key.toLowerCase().replace(/^hindsight_api_/, "");
}

/**
 * Checks an update of a bank's configuration against `current`, its resolved configuration. One bad key refuses all; of
 * several faults the graver kind is named: a credential, a setting of the server, an unknown key, a wrong type, a wrong
 * value, a contradiction between keys.
 *
 * @throws EngineError `invalid_value`, or `unprocessable` for a policy of `memory_defense` that cannot be applied.
 */
export function validateConfigUpdate(
  updates: Record<string, unknown>,
  current: ResolvedConfig,
): ConfigUpdate {
  const entries = Object.entries(updates).map(([key, value]) => ({ name: storedName(key), value }));
  const names = entries.map(({ name }) => name);
  refuse(names.filter(isCredentialKey), "holds credentials and cannot be set for a bank");
  refuse(names.filter(isServerKey), "is a setting of the server and cannot be set for a bank");
  const unknown = names.filter((name) => !isConfigName(name));
  refuse(unknown, "is not a known configuration key");
  const update: ConfigUpdate = { set: {}, remove: [] };
  for (const { name, value } of entries) {
    if (!isConfigName(name)) continue;
    const fault = typeFault(name, value);
    if (fault) refuse([name], fault);
    if (value === null) update.remove.push(name);
    else update.set[name] = value;
  }
  for (const { name, value } of entries) {
    const fault = isConfigName(name) ? valueFault(name, value) : undefined;
    if (!fault) continue;
    if (name === "memory_defense") throw new EngineError("unprocessable", `'${name}' ${fault}`);
    refuse([name], fault);
  }
  checkBudgetBounds({ ...current, ...update.set });
  return update;
}

function refuse(names: string[], why: string): void {
  if (names.length === 0) return;
  throw new EngineError("invalid_value", `${names.map((name) => `'${name}'`).join(", ")} ${why}`);
}

function checkBudgetBounds({ recall_budget_min: min, recall_budget_max: max }: ResolvedConfig): void {
  if (Number(min) <= Number(max)) return;
  throw new EngineError(
    "invalid_value",
    `'recall_budget_min' (${min}) must not be greater than 'recall_budget_max' (${max})`,
  );
}
