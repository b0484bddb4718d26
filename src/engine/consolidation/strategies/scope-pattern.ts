import { compileGlob } from "../../observations/glob.ts";

/** Which scopes something is for. */
export interface ScopePattern {
  /** Patterns of tags. */
  tags: readonly string[];
  /** Whether the scope may have tags that no pattern matches (`all`). */
  tagsMatch: "all" | "exact";
}

/** Says of a scope whether it is meant. */
export type ScopeMatcher = (scope: readonly string[]) => boolean;

/**
 * Every pattern must match a tag of the scope, and under `exact` every tag a pattern. A rule that says nothing, or that
 * holds an empty pattern, is not finished yet and means no scope; neither does any rule mean the untagged one.
 *
 * @returns undefined for a rule that is not finished.
 */
export function compilePattern({ tags, tagsMatch }: ScopePattern): ScopeMatcher | undefined {
  if (tags.length === 0 || tags.includes("")) return undefined;
  const patterns = [...new Set(tags)].map(compileGlob);
  return (scope) =>
    scope.length > 0 &&
    patterns.every((matches) => scope.some(matches)) &&
    (tagsMatch === "all" || scope.every((tag) => patterns.some((matches) => matches(tag))));
}
