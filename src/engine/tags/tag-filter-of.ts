import type { Queryable } from "../../store/database.ts";
import { leafOf, type TagFilter } from "../../store/tag-filter.ts";
import { listDistinctTags } from "../../store/tags.ts";
import { EngineError } from "../errors.ts";
import type { TagGroup, TagRequest } from "../types.ts";
import { isFuzzy, resolveGroup } from "./fuzzy-tags.ts";

/** In a bank with more tags a word is not looked up. */
const MAX_BANK_TAGS = 5_000;

/**
 * The filter that a request's tags ask for; undefined: none.
 * @throws EngineError `invalid_value` for a tag that cannot be, `unprocessable` when a fuzzy list of words cannot be resolved.
 */
export async function tagFilterOf(
  db: Queryable,
  bankKey: string,
  { tags = [], tagsMatch, tagGroups = [] }: TagRequest,
): Promise<TagFilter | undefined> {
  const parts = await resolveGroups(db, bankKey, tagGroups);
  const leaf = leafOf(tags, tagsMatch);
  if (leaf) parts.unshift(leaf);
  parts.forEach(refuseNul);
  return parts.length > 1 ? { and: parts } : parts[0];
}

/** Refused whether or not the database gets to see it. */
function refuseNul(filter: TagFilter): void {
  if ("and" in filter) filter.and.forEach(refuseNul);
  else if ("or" in filter) filter.or.forEach(refuseNul);
  else if ("not" in filter) refuseNul(filter.not);
  else if (filter.tags.some((tag) => tag.includes("\0"))) {
    throw new EngineError("invalid_value", "A tag holds a NUL character, which cannot be stored");
  }
}

async function resolveGroups(
  db: Queryable,
  bankKey: string,
  groups: readonly TagGroup[],
): Promise<TagFilter[]> {
  if (!groups.some(isFuzzy)) return groups.map((group) => resolveGroup(group, []));
  const bankTags = await listDistinctTags(db, bankKey, MAX_BANK_TAGS + 1);
  if (bankTags.length > MAX_BANK_TAGS) {
    throw new EngineError(
      "unprocessable",
      `The bank has more than ${MAX_BANK_TAGS} tags: a fuzzy tag filter cannot be resolved, use resolve='exact'`,
    );
  }
  return groups.map((group) => resolveGroup(group, bankTags));
}
