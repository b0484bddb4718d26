/**
 * Which memories a request's tags let through. The same rule twice: as a predicate, for what is searched in memory, and as
 * a condition in SQL.
 */
export interface TagFilter {
  tags: readonly string[];
  match: "any" | "all" | "any_strict" | "all_strict" | "exact";
}

export function matchesTags({ tags, match }: TagFilter, own: readonly string[]): boolean {
  const sharesOne = tags.some((tag) => own.includes(tag));
  const hasAll = tags.every((tag) => own.includes(tag));
  switch (match) {
    case "any":
      return own.length === 0 || sharesOne;
    case "all":
      return own.length === 0 || hasAll;
    case "any_strict":
      return sharesOne;
    case "all_strict":
      return hasAll;
    case "exact":
      return hasAll && own.every((tag) => tags.includes(tag));
  }
}

/**
 * @param column the `text[]` column that holds a row's tags.
 * @param parameter the placeholder that holds the filter's tags, such as `$3`.
 */
export function tagCondition(match: TagFilter["match"], column: string, parameter: string): string {
  const asked = `${parameter}::text[]`;
  switch (match) {
    case "any":
      return `(${column} = '{}' OR ${column} && ${asked})`;
    case "all":
      return `(${column} = '{}' OR ${column} @> ${asked})`;
    case "any_strict":
      return `${column} && ${asked}`;
    case "all_strict":
      return `${column} @> ${asked}`;
    case "exact":
      return `(${column} @> ${asked} AND ${column} <@ ${asked})`;
  }
}
