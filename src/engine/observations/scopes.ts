import type { ObservationScopes } from "../types.ts";
import { matchesGlob } from "./glob.ts";

/** What decides where a fact's observations go. */
export interface Scoped {
  tags: readonly string[];
  /** null: all tags together. */
  scopes: ObservationScopes | null;
}

/** Whether the observations of both go to the same scopes: sets of tags, of which each is one scope. */
export function haveSameScopes(a: Scoped, b: Scoped): boolean {
  if (a.scopes === b.scopes && typeof a.scopes !== "object") {
    // As each mode says what becomes of the tags, only these can differ; nothing has to be spelled out.
    return a.scopes === "shared" || scopeKey(a.tags) === scopeKey(b.tags);
  }
  if (countScopes(a) !== countScopes(b)) return false;
  const [first, second] = [a, b].map((scoped) => new Set(resolveScopes(scoped).map(scopeKey)));
  return first?.size === second?.size && [...(first ?? [])].every((scope) => second?.has(scope));
}

/** The scopes that a fact's observations are made in, each a list of distinct tags; the empty one is that of all untagged. */
export function resolveScopes(scoped: Scoped): string[][] {
  return namedScopes(scoped) ?? [[...new Set(scoped.tags)]];
}

/** The scopes that are named for a fact; undefined: none is, and its own tags together are one. */
export function namedScopes({ tags, scopes }: Scoped): string[][] | undefined {
  const own = [...new Set(tags)];
  if (scopes === "shared") return [[]];
  if (Array.isArray(scopes)) return explicitScopes(scopes, own);
  if (scopes === null || scopes === "combined" || own.length === 0) return undefined;
  return scopes === "per_tag" ? own.map((tag) => [tag]) : combinations(own);
}

/** Patterns stand for those of the fact's own tags that they match; a scope of patterns that match none is left out. */
function explicitScopes(scopes: readonly string[][], own: string[]): string[][] | undefined {
  const resolved = scopes.flatMap((scope) => {
    const patterns = scope.filter(isPattern);
    if (patterns.length === 0) return [[...new Set(scope)]];
    const literal = scope.filter((entry) => !isPattern(entry));
    const matched = own.filter((tag) => patterns.some((pattern) => matchesGlob(pattern, tag)));
    const tags = [...new Set([...literal, ...matched])].sort();
    return tags.length > 0 ? [tags] : [];
  });
  return resolved.length > 0 ? resolved : undefined;
}

function isPattern(entry: string): boolean {
  return entry.includes("*");
}

/** Every non-empty choice of the tags: smaller ones first, then in the tags' order. */
function combinations(tags: readonly string[]): string[][] {
  let ofSize: { tags: string[]; next: number }[] = [{ tags: [], next: 0 }];
  const all: string[][] = [];
  for (let size = 1; size <= tags.length; size += 1) {
    ofSize = ofSize.flatMap((choice) =>
      tags.slice(choice.next).map((tag, index) => ({
        tags: [...choice.tags, tag],
        next: choice.next + index + 1,
      })),
    );
    all.push(...ofSize.map((choice) => choice.tags));
  }
  return all;
}

/** All combinations of 12 tags. */
const MAX_SCOPES = 2 ** 12;

/** Whether there are more scopes than the observations of one fact can be made in: each is asked about by itself. */
export function hasTooManyScopes(scoped: Scoped): boolean {
  return countScopes(scoped) > MAX_SCOPES;
}

/** How many distinct scopes there are, without making them: all combinations may be very many. */
function countScopes(scoped: Scoped): number {
  if (scoped.scopes === "all_combinations") return Math.max(1, 2 ** new Set(scoped.tags).size - 1);
  return new Set(resolveScopes(scoped).map(scopeKey)).size;
}

/** The same for all orders of the tags. */
export function scopeKey(scope: readonly string[]): string {
  return JSON.stringify([...new Set(scope)].sort());
}
