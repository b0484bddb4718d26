import { isoDate } from "../../engine/iso-date.ts";
import type { ListedUnit } from "../../engine/memories/list.ts";
import type { RecalledMemory, StoredMemory } from "../../engine/types.ts";
import { isoDateOrNull } from "../dates.ts";

/** A memory unit in a list. */
export function toListItem(unit: ListedUnit) {
  return {
    id: unit.unitId,
    text: unit.text,
    context: unit.context ?? "",
    date: unit.eventDate ? isoDate(unit.eventDate) : "",
    fact_type: unit.factType,
    document_id: unit.documentId,
    mentioned_at: isoDateOrNull(unit.mentionedAt),
    occurred_start: isoDateOrNull(unit.occurredStart),
    occurred_end: isoDateOrNull(unit.occurredEnd),
    entities: unit.entities.join(", "),
    chunk_id: unit.chunkId,
    proof_count: unit.proofCount,
    tags: unit.tags,
    metadata: unit.metadata,
    consolidated_at: isoDateOrNull(unit.consolidatedAt),
    consolidation_failed_at: isoDateOrNull(unit.consolidationFailedAt),
    state: unit.invalidatedAt ? "invalidated" : "valid",
    invalidation_reason: unit.invalidationReason,
    invalidated_at: isoDateOrNull(unit.invalidatedAt),
    edited_at: isoDateOrNull(unit.editedAt),
    updated_at: isoDate(unit.updatedAt),
    source_memory_ids: unit.sourceMemoryIds,
  };
}

/** A memory that an answer rests on. */
export function toFact(memory: StoredMemory) {
  return {
    id: memory.id,
    text: memory.text,
    type: memory.type,
    context: memory.context,
    occurred_start: isoDateOrNull(memory.occurredStart),
    occurred_end: isoDateOrNull(memory.occurredEnd),
    mentioned_at: isoDateOrNull(memory.mentionedAt),
    document_id: memory.documentId,
    chunk_id: memory.chunkId,
    tags: memory.tags,
    metadata: memory.metadata,
    attachments: null,
  };
}

/** A fact that an observation was drawn from, as it stands beside the results. */
export function toSourceFact(memory: StoredMemory) {
  return {
    ...toFact(memory),
    tags: memory.tags.length > 0 ? memory.tags : null,
    entities: null,
    source_fact_ids: null,
    scores: null,
  };
}

/** A memory that was recalled. */
export function toRecallResult(memory: RecalledMemory) {
  return {
    ...toFact(memory),
    entities: memory.entities,
    source_fact_ids: memory.sourceFactIds,
    scores: memory.scores,
  };
}
