import { isoDate } from "../../engine/iso-date.ts";
import type { MentalModelRow } from "../../engine/mental-models/mental-models.ts";
import { storedTrigger } from "../../engine/mental-models/trigger.ts";
import { isoDateOrNull } from "../dates.ts";
import { toTagGroup } from "./tags.ts";

/** How much of a mental model an answer shows. */
export const MODEL_DETAILS = ["metadata", "content", "full"] as const;
export type ModelDetail = (typeof MODEL_DETAILS)[number];

/** @param read what only those tell that read a mental model. */
export function toMentalModel(
  bankId: string,
  model: MentalModelRow,
  detail: ModelDetail,
  read: { isStale: boolean | null } | null,
) {
  const hasContent = detail !== "metadata";
  return {
    id: model.mentalModelId,
    bank_id: bankId,
    name: model.name,
    source_query: hasContent ? model.sourceQuery : null,
    content: hasContent ? model.content : null,
    tags: model.tags,
    max_tokens: hasContent ? model.maxTokens : null,
    trigger: hasContent ? toTrigger(model) : null,
    last_refreshed_at: isoDate(model.lastRefreshedAt),
    last_memory_seen_at: isoDateOrNull(model.lastMemorySeenAt),
    last_refresh_failed_at: isoDateOrNull(model.lastRefreshFailedAt),
    last_full_refreshed_at: isoDateOrNull(model.lastFullRefreshedAt),
    created_at: isoDate(model.createdAt),
    is_knowledge_page: read && false,
    reflect_response: detail === "full" ? model.reflectResponse : null,
    is_stale: read?.isStale ?? null,
  };
}

function toTrigger(model: MentalModelRow) {
  const trigger = storedTrigger(model.trigger);
  return { ...trigger, tag_groups: trigger.tag_groups?.map(toTagGroup) ?? null };
}
