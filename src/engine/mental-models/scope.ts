import { leafOf, type TagFilter } from "../../store/tag-filter.ts";
import { resolveGroup } from "../tags/fuzzy-tags.ts";
import type { FactType, TagGroup, TagsMatch } from "../types.ts";
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

/**
 * The memories whose writing makes a mental model stale. Those of any tag or none that it may read besides do not: what is
 * untagged counts only where a filter asks for just that.
 */
export function staleningFilter(model: Scoped): TagFilter | undefined {
  const { tags, trigger } = model;
  if (trigger.tag_groups) return { and: trigger.tag_groups.map((group) => strict(resolveGroup(group, []))) };
  const leaf = leafOf(tags, scopeMatch(model));
  return leaf && tags.length > 0 ? strict(leaf) : leaf;
}

function strict(filter: TagFilter): TagFilter {
  if ("and" in filter) return { and: filter.and.map(strict) };
  if ("or" in filter) return { or: filter.or.map(strict) };
  if ("not" in filter) return { not: strict(filter.not) };
  const { match } = filter;
  if (match === "any") return { ...filter, match: "any_strict" };
  return match === "all" ? { ...filter, match: "all_strict" } : filter;
}

/** Which memories a refresh reads. */
export interface RefreshScope {
  /** Null: the groups say it. */
  tags: string[] | null;
  tagsMatch: TagsMatch;
  tagGroups: TagGroup[] | null;
  /** Null: all. */
  factTypes: FactType[] | null;
  excludeMentalModels: boolean;
  /** The one that is refreshed is among them; in order. */
  excludedIds: string[];
}

export function refreshScope(
  model: Scoped & {
    mentalModelId: string;
    trigger: Pick<MentalModelTrigger, "fact_types" | "exclude_mental_models" | "exclude_mental_model_ids">;
  },
): RefreshScope {
  const { mentalModelId, tags, trigger } = model;
  return {
    ...(trigger.tag_groups
      ? { tags: null, tagsMatch: "any", tagGroups: trigger.tag_groups }
      : { tags, tagsMatch: scopeMatch(model), tagGroups: null }),
    factTypes: trigger.fact_types,
    excludeMentalModels: trigger.exclude_mental_models,
    excludedIds: [...new Set([...(trigger.exclude_mental_model_ids ?? []), mentalModelId])].sort(),
  };
}
