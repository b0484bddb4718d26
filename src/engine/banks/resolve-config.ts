import { CONFIG_KEYS, type ConfigKey, type ConfigName } from "./config-keys.ts";

/** A bank's whole configuration: the server's defaults under the bank's own overrides. */
export type ResolvedConfig = Record<ConfigName, unknown>;

const DEFAULTS = Object.fromEntries(
  Object.entries<ConfigKey>(CONFIG_KEYS).map(([name, key]) => [name, key.default]),
) as ResolvedConfig;

export function resolveConfig(overrides: Record<string, unknown>): ResolvedConfig {
  return { ...DEFAULTS, ...overrides };
}
