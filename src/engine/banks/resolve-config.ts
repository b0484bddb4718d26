import type { ConfigName } from "./config-keys.ts";

/** A bank's whole configuration: the server's defaults under the bank's own overrides. */
export type ResolvedConfig = Record<ConfigName, unknown>;

/** @param defaults the server's own values. */
export function resolveConfig(defaults: ResolvedConfig, overrides: Record<string, unknown>): ResolvedConfig {
  return { ...defaults, ...overrides };
}
