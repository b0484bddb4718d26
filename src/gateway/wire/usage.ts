import { isJsonObject, type Json } from "../json.ts";

/** A count of tokens; `null` where the provider did not count. */
export function countOf(usage: Json | undefined, field: string): number | null {
  const tokens = isJsonObject(usage) ? usage[field] : undefined;
  return typeof tokens === "number" ? tokens : null;
}

/** What parts add up to; `null` when the first, which is always counted, is missing. */
export function addCounts(first: number | null, ...more: (number | null)[]): number | null {
  return first === null ? null : more.reduce<number>((sum, count) => sum + (count ?? 0), first);
}
