import { isJsonObject } from "../../json-object.ts";
import { EngineError } from "../errors.ts";
import { type ConfigName, isConfigName, isCredentialKey, isServerKey, storedName } from "./config-keys.ts";
import { contradiction, mayContradict } from "./contradictions.ts";
import { typeFault, valueFault } from "./faults.ts";
import { type ResolvedConfig, resolveConfig } from "./resolve-config.ts";
import { checkMemoryDefense } from "./rules/memory-defense.ts";

/** A checked update: what to write and what to remove, by key. */
export interface ConfigUpdate {
  set: Record<string, unknown>;
  remove: ConfigName[];
}

/** What an update is checked against. */
export interface ConfigState {
  /** The server's own values. */
  defaults: ResolvedConfig;
  /** What the bank has set so far. */
  overrides: Record<string, unknown>;
  /** What one answer of the model can hold, in tokens: a strategy's chunks must be smaller. */
  maxCompletionTokens: number;
}

/**
 * Checks an update of a bank's configuration. One bad key refuses all; of several faults the graver kind is named: a policy
 * that cannot be applied, a credential, a setting of the server, an unknown key, a wrong type, a wrong value, a
 * contradiction between keys.
 *
 * @throws EngineError `invalid_value`, or `unprocessable` for a policy of `memory_defense` that cannot be applied.
 */
export function validateConfigUpdate(updates: Record<string, unknown>, state: ConfigState): ConfigUpdate {
  refusePolicy(updates.memory_defense);
  // Of two spellings of one key the last counts.
  const values = new Map(Object.entries(updates).map(([key, value]) => [storedName(key), value]));
  const names = [...values.keys()];
  refuse(names.filter(isCredentialKey), "holds credentials and cannot be set for a bank");
  refuse(names.filter(isServerKey), "is a setting of the server and cannot be set for a bank");
  const unknown = names.filter((name) => !isConfigName(name));
  refuse(unknown, "is not a known configuration key");
  const update: ConfigUpdate = { set: {}, remove: [] };
  for (const [name, value] of values) {
    if (!isConfigName(name)) continue;
    const fault = typeFault(name, value);
    if (fault) refuse([name], fault);
    if (value === null) update.remove.push(name);
    else update.set[name] = value;
  }
  for (const [name, value] of values) {
    const fault = isConfigName(name) && name !== "memory_defense" ? valueFault(name, value) : undefined;
    if (fault) refuse([name], fault);
  }
  if (names.some(mayContradict)) {
    const kept = Object.entries(state.overrides).filter(([name]) => !values.has(name));
    const overrides = { ...Object.fromEntries(kept), ...update.set };
    const fault = contradiction(resolveConfig(state.defaults, overrides), state.maxCompletionTokens);
    if (fault) throw new EngineError("invalid_value", fault);
  }
  return update;
}

/** Of another JSON type it is no policy at all, but a wrong type. */
function refusePolicy(policy: unknown): void {
  const fault = isJsonObject(policy) ? checkMemoryDefense(policy) : undefined;
  if (fault) throw new EngineError("unprocessable", `'memory_defense' ${fault}`);
}

function refuse(names: string[], why: string): void {
  if (names.length === 0) return;
  throw new EngineError("invalid_value", `${names.map((name) => `'${name}'`).join(", ")} ${why}`);
}
