import type { Queryable } from "../../store/database.ts";
import { type ActiveDirective, listActiveDirectives } from "../../store/directives.ts";
import type { TagFilter } from "../../store/tag-filter.ts";

/** More are not followed: the weightiest come first. */
const MAX_DIRECTIVES = 100;
const UNTAGGED: TagFilter = { tags: [], match: "exact" };

/**
 * The directives that an answer follows, the weightiest first. Those without tags always hold; those with tags hold for
 * requests whose tags let them through.
 * @param tags of the request; undefined: it has none.
 * @param all whether tags are not looked at.
 */
export function directivesFor(
  db: Queryable,
  bankKey: string,
  tags: TagFilter | undefined,
  all: boolean,
): Promise<ActiveDirective[]> {
  const filter = all ? undefined : { or: [UNTAGGED, ...(tags ? [tags] : [])] };
  return listActiveDirectives(db, bankKey, filter, MAX_DIRECTIVES);
}
