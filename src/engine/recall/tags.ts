import type { TagFilter } from "../../store/tag-filter.ts";
import type { RecallRequest } from "../types.ts";

/** The filter that the request's tags ask for. No tags mean no filter, except under `exact`: there they mean untagged. */
export function tagFilterOf(request: Pick<RecallRequest, "tags" | "tagsMatch">): TagFilter | undefined {
  const tags = request.tags ?? [];
  if (tags.length === 0 && request.tagsMatch !== "exact") return undefined;
  return { tags, match: request.tagsMatch };
}
