import { loadMemories, type MemoryRow } from "../../store/recalled-rows.ts";
import type { FactType, StoredMemory } from "../types.ts";
import type { DraftAnswer, ReflectRun } from "./run.ts";

const TYPE_ORDER: readonly FactType[] = ["world", "experience", "observation"];

/** The memories that the answer rests on, as they are stored: by type, and in the order in which they were found. */
export async function basedOn(run: ReflectRun, draft: DraftAnswer): Promise<StoredMemory[]> {
  const { aliases, context, bankKey } = run.tools;
  const ids = run.evidence.basis({
    memories: draft.memoryIds.map((id) => aliases.resolve(id)),
    observations: draft.observationIds.map((id) => aliases.resolve(id)),
  });
  const stored = await loadMemories(context.database, bankKey, ids);
  const memories = [...new Set(ids)].flatMap((id) => stored.get(id) ?? []);
  return TYPE_ORDER.flatMap((type) => memories.filter(({ factType }) => factType === type)).map(
    toStoredMemory,
  );
}

function toStoredMemory(row: MemoryRow): StoredMemory {
  return {
    id: row.unitId,
    text: row.text,
    type: row.factType,
    context: row.context === "" ? null : row.context,
    occurredStart: row.occurredStart,
    occurredEnd: row.occurredEnd,
    mentionedAt: row.mentionedAt,
    documentId: row.documentId,
    metadata: row.metadata,
    chunkId: row.chunkId,
    tags: row.tags,
  };
}
