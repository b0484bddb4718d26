export type TagsMatch = "any" | "all" | "any_strict" | "all_strict" | "exact";

/** How a row's tags must stand to some tags. Without tags: `all` lets everything through, `any` and `exact` what is untagged. */
export interface TagLeaf {
  tags: readonly string[];
  match: TagsMatch;
}

/**
 * Which rows a request's tags let through. The same rule twice: as a predicate, for what is searched in memory, and as a
 * condition in SQL.
 */
export type TagFilter =
  | TagLeaf
  | { and: readonly TagFilter[] }
  | { or: readonly TagFilter[] }
  | { not: TagFilter };

/** What a request's own list of tags asks for. No tags mean no filter, except under `exact`: there they mean untagged. */
export function leafOf(tags: readonly string[], match: TagsMatch): TagLeaf | undefined {
  return tags.length === 0 && match !== "exact" ? undefined : { tags, match };
}

export function matchesTags(filter: TagFilter, own: readonly string[]): boolean {
  if ("and" in filter) return filter.and.every((part) => matchesTags(part, own));
  if ("or" in filter) return filter.or.some((part) => matchesTags(part, own));
  if ("not" in filter) return !matchesTags(filter.not, own);
  return matchesLeaf(filter, own);
}

function matchesLeaf({ tags, match }: TagLeaf, own: readonly string[]): boolean {
  const untagged = own.length === 0;
  const sharesOne = () => tags.some((tag) => own.includes(tag));
  const hasAll = () => tags.every((tag) => own.includes(tag));
  switch (match) {
    case "any":
      return untagged || sharesOne();
    case "all":
      return untagged || hasAll();
    case "any_strict":
      return sharesOne();
    case "all_strict":
      return !untagged && hasAll();
    case "exact":
      return hasAll() && own.every((tag) => tags.includes(tag));
  }
}

/**
 * The filter as a condition.
 * @param column the `text[]` column that holds a row's tags.
 * @param values the query's parameters; those of the condition are appended.
 */
export function tagCondition(filter: TagFilter, column: string, values: unknown[]): string {
  if ("and" in filter) return joined(filter.and, "AND", column, values) || "true";
  if ("or" in filter) return joined(filter.or, "OR", column, values) || "false";
  if ("not" in filter) return `NOT ${tagCondition(filter.not, column, values)}`;
  values.push(filter.tags);
  const asked = `$${values.length}::text[]`;
  switch (filter.match) {
    case "any":
      return `(${column} = '{}' OR ${column} && ${asked})`;
    case "all":
      return `(${column} = '{}' OR ${column} @> ${asked})`;
    case "any_strict":
      return `(${column} && ${asked})`;
    case "all_strict":
      return `(${column} <> '{}' AND ${column} @> ${asked})`;
    case "exact":
      return `(${column} @> ${asked} AND ${column} <@ ${asked})`;
  }
}

function joined(parts: readonly TagFilter[], word: string, column: string, values: unknown[]): string {
  const conditions = parts.map((part) => tagCondition(part, column, values));
  return conditions.length > 0 ? `(${conditions.join(` ${word} `)})` : "";
}
