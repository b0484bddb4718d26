import { isJsonObject } from "../../json-object.ts";
import { isBool, isInt, isText } from "../value-checks.ts";
import {
  CONFIG_KEYS,
  type ConfigKey,
  type ConfigName,
  type ConfigType,
  isConfigName,
  storedName,
} from "./config-keys.ts";

const TYPES: Record<ConfigType, { test: (value: unknown) => boolean; name: string }> = {
  bool: { test: isBool, name: "a boolean" },
  int: { test: isInt, name: "an integer" },
  number: { test: (value) => typeof value === "number", name: "a number" },
  string: { test: isText, name: "a string" },
  list: { test: Array.isArray, name: "a list" },
  object: { test: isJsonObject, name: "an object" },
  "list or object": {
    test: (value) => Array.isArray(value) || isJsonObject(value),
    name: "a list or an object",
  },
  "string or list": { test: (value) => isText(value) || Array.isArray(value), name: "a string or a list" },
};

/** What is wrong with the JSON type of a key's value. Nothing is coerced: `"3"` is no integer, 1 no boolean. */
export function typeFault(name: ConfigName, value: unknown): string | undefined {
  const key: ConfigKey = CONFIG_KEYS[name];
  const { test, name: expected } = TYPES[key.type];
  const valid = value === null ? !key.notNull : test(value);
  return valid ? undefined : `must be ${expected}`;
}

/** What is wrong with a key's value, whose type is right. */
export function valueFault(name: ConfigName, value: unknown): string | undefined {
  if (value === null) return undefined;
  if (name === "retain_strategies") return strategiesFault(value);
  const key: ConfigKey = CONFIG_KEYS[name];
  return key.check?.(value);
}

function strategiesFault(strategies: unknown): string | undefined {
  for (const [name, overrides] of Object.entries(isJsonObject(strategies) ? strategies : {})) {
    if (name.trim() === "") return "has a strategy without a name";
    if (!isJsonObject(overrides)) return `strategy '${name}' must be an object`;
    for (const [key, value] of Object.entries(overrides)) {
      const fault = strategyKeyFault(storedName(key), value);
      if (fault) return `strategy '${name}': '${key}' ${fault}`;
    }
  }
  return undefined;
}

function strategyKeyFault(key: string, value: unknown): string | undefined {
  // Unknown keys of a strategy are ignored when it is used, and null is a value of any key.
  if (!isConfigName(key) || value === null) return undefined;
  const fault = typeFault(key, value);
  return fault ?? (key === "default_observation_scopes" ? valueFault(key, value) : undefined);
}
