import { isJsonObject } from "../../json-object.ts";
import { OBSERVATION_SCOPE_MODES, type ObservationScopes } from "../types.ts";

/** Where a fact's observations go, as it is stored with the fact; null: nothing is said of it. */
export function readObservationScopes(stored: unknown): ObservationScopes | null {
  if (Array.isArray(stored)) return readScopeList(stored) ?? null;
  return OBSERVATION_SCOPE_MODES.find((mode) => mode === stored) ?? null;
}

/** A list of lists of tags; undefined: it is none. */
export function readScopeList(stored: unknown): string[][] | undefined {
  if (!Array.isArray(stored)) return undefined;
  return stored
    .filter((scope): scope is unknown[] => Array.isArray(scope))
    .map((scope) => scope.filter((tag): tag is string => typeof tag === "string"));
}

/** A list of tags in an operation's payload. */
export function readTags(payload: unknown, key: string): string[] {
  const tags = isJsonObject(payload) ? payload[key] : undefined;
  return Array.isArray(tags) ? tags.filter((tag): tag is string => typeof tag === "string") : [];
}
