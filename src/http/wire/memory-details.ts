import { isoDate } from "../../engine/iso-date.ts";
import type { MemoryChangeRecord, ReadMemory } from "../../engine/memories/read.ts";
import { isoDateOrNull } from "../dates.ts";

/** A memory by itself. An observation has more keys than a fact. */
export function toMemory(memory: ReadMemory) {
  return {
    id: memory.unitId,
    text: memory.text,
    context: memory.context ?? "",
    date: memory.eventDate ? isoDate(memory.eventDate) : "",
    type: memory.factType,
    mentioned_at: isoDateOrNull(memory.mentionedAt),
    occurred_start: isoDateOrNull(memory.occurredStart),
    occurred_end: isoDateOrNull(memory.occurredEnd),
    entities: memory.entities,
    document_id: memory.documentId,
    chunk_id: memory.chunkId,
    tags: memory.tags,
    metadata: memory.metadata,
    observation_scopes: memory.observationScopes ?? null,
    state: memory.invalidatedAt ? "invalidated" : "valid",
    invalidation_reason: memory.invalidationReason,
    invalidated_at: isoDateOrNull(memory.invalidatedAt),
    edited_at: isoDateOrNull(memory.editedAt),
    consolidated_at: isoDateOrNull(memory.consolidatedAt),
    consolidation_failed_at: isoDateOrNull(memory.consolidationFailedAt),
    ...(memory.factType === "observation" && { history: [] }),
    ...(memory.sourceMemoryIds.length > 0 && {
      source_memory_ids: memory.sourceMemoryIds,
      source_memories: memory.sources.map((source) => ({
        id: source.unitId,
        text: source.text,
        type: source.factType,
        context: source.context,
        occurred_start: isoDateOrNull(source.occurredStart),
        mentioned_at: isoDateOrNull(source.mentionedAt),
      })),
    }),
  };
}

/** What an observation was before a change. */
export function toMemoryChange(change: MemoryChangeRecord) {
  const added = new Set(change.newSourceMemoryIds);
  return {
    previous_text: change.previousText,
    previous_tags: change.previousTags,
    previous_occurred_start: isoDateOrNull(change.previousOccurredStart),
    previous_occurred_end: isoDateOrNull(change.previousOccurredEnd),
    previous_mentioned_at: isoDateOrNull(change.previousMentionedAt),
    changed_at: isoDate(change.changedAt),
    new_source_memory_ids: change.newSourceMemoryIds,
    source_facts: change.sources.map(({ unitId, text, factType, context }) => ({
      id: unitId,
      text,
      type: factType,
      context: context || null,
      is_new: added.has(unitId),
    })),
  };
}
