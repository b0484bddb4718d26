import { TestkitError } from "../../errors/testkit-error.ts";
import { type Environment, PREFIX, SettingsReader } from "../../settings/environment.ts";
import { CONFIG_KEYS, type ConfigKey, type ConfigName } from "./config-keys.ts";
import { typeFault, valueFault } from "./faults.ts";
import type { ResolvedConfig } from "./resolve-config.ts";

/** What a server without a model has, whatever the environment says. */
const WITHOUT_MODEL = { retain_extraction_mode: "chunks", enable_observations: false };

/**
 * The server's own values of the keys that a bank can override: upstream's defaults, and what the environment sets.
 * @param options.hasModel whether the server has a language model at all.
 * @throws TestkitError `INVALID_OPTION` that names the variable.
 */
export function serverDefaults(
  environment: Environment,
  { hasModel }: { hasModel: boolean },
): ResolvedConfig {
  const env = new SettingsReader(environment);
  const entries = Object.entries<ConfigKey>(CONFIG_KEYS).map(([name, key]) => [
    name,
    readValue(env, name as ConfigName, key) ?? key.default,
  ]);
  const defaults = Object.fromEntries(entries) as ResolvedConfig;
  return hasModel ? defaults : { ...defaults, ...WITHOUT_MODEL };
}

function readValue(env: SettingsReader, name: ConfigName, { type }: ConfigKey): unknown {
  const variable = name.toUpperCase();
  const value = (() => {
    switch (type) {
      case "bool":
        return env.boolean(variable);
      case "int":
        return env.integer(variable);
      case "number":
        return env.number(variable);
      case "string":
        return env.text(variable);
      case "string or list":
        return env.text(variable)?.trim().startsWith("[") ? env.json(variable) : env.text(variable);
      default:
        return env.json(variable);
    }
  })();
  if (value === undefined) return undefined;
  const fault = typeFault(name, value) ?? valueFault(name, value);
  if (fault) throw new TestkitError("INVALID_OPTION", { what: `${PREFIX}${variable} ${fault}.` });
  return value;
}
