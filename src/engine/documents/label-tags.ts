import { isObject } from "../banks/rules/check.ts";

/** The keys of a bank's entity labels that become tags of the facts, in lower case. */
export function labelTagKeys(entityLabels: unknown): Set<string> {
  const groups = isObject(entityLabels) ? entityLabels.attributes : entityLabels;
  if (!Array.isArray(groups)) return new Set();
  return new Set(
    groups.flatMap((group) =>
      isObject(group) && group.tag === true && typeof group.key === "string" ? group.key.toLowerCase() : [],
    ),
  );
}

/** Those of a fact's tags that stand for labels, whoever set them. */
export function labelTags(tags: readonly string[], keys: ReadonlySet<string>): string[] {
  return tags.filter((tag) => tag.includes(":") && keys.has(tag.slice(0, tag.indexOf(":")).toLowerCase()));
}
