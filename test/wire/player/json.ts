import type { Json } from "./scenario.ts";

export function isObject(value: Json | undefined): value is { [key: string]: Json } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function mapValues(
  object: { [key: string]: Json },
  change: (value: Json, key: string) => Json,
): { [key: string]: Json } {
  return Object.fromEntries(Object.entries(object).map(([key, value]) => [key, change(value, key)]));
}

/** The value at a path such as `items.0.id`. */
export function at(value: Json | undefined, path: string): Json | undefined {
  let found: Json | undefined = value;
  for (const key of path.split(".")) {
    if (Array.isArray(found)) found = found[Number(key)];
    else found = isObject(found) ? found[key] : undefined;
  }
  return found;
}

/** With sorted keys, and without some of them, wherever they stand. */
export function withoutKeys(value: Json, keys: readonly string[]): Json {
  if (Array.isArray(value)) return value.map((element) => withoutKeys(element, keys));
  if (!isObject(value)) return value;
  const kept = Object.keys(value)
    .sort()
    .filter((key) => !keys.includes(key));
  return Object.fromEntries(kept.map((key) => [key, withoutKeys(value[key] ?? null, keys)]));
}

/** Upstream keeps tags and the names of entities in no order: they are compared as sets. */
export function sets(value: Json, key?: string): Json {
  if (Array.isArray(value)) {
    const unordered =
      (key === "tags" || key === "entities") && value.every((element) => typeof element === "string");
    return unordered ? value.toSorted() : value.map((element) => sets(element));
  }
  if (key === "entities" && typeof value === "string") return value.split(", ").sort().join(", ");
  return isObject(value) ? mapValues(value, sets) : value;
}

export function compareTexts(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
