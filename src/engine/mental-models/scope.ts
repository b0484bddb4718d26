import { leafOf, type TagFilter } from "../../store/tag-filter.ts";
import { resolveGroup } from "../tags/fuzzy-tags.ts";
import type { TagsMatch } from "../types.ts";
import type { MentalModelTrigger } from "./trigger.ts";

/** What says which memories a mental model is about. */
interface Scoped {
  tags: string[];
  trigger: Pick<MentalModelTrigger, "tags_match" | "tag_groups">;
}

/** How a mental model's tags select the memories that it is about. */
function scopeMatch({ tags, trigger }: Scoped): TagsMatch {
  return trigger.tags_match ?? (tags.length > 0 ? "all_strict" : "any");
}

const STRICT: Partial<Record<TagsMatch, TagsMatch>> = { any: "any_strict", all: "all_strict" };

/** The memories whose writing makes a mental model stale: untagged ones do not concern one that has tags. */
export function staleningFilter(model: Scoped): TagFilter | undefined {
  const { tags, trigger } = model;
  if (trigger.tag_groups) return { and: trigger.tag_groups.map((group) => resolveGroup(group, [])) };
  const match = scopeMatch(model);
  return leafOf(tags, (tags.length > 0 && STRICT[match]) || match);
}
