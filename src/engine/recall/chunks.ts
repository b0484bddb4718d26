import type { Queryable } from "../../store/database.ts";
import { loadChunks, loadMemories, type MemoryRow } from "../../store/recalled-rows.ts";
import type { TagFilter } from "../../store/tag-filter.ts";
import type { RecalledChunk } from "../types.ts";
import { packChunks } from "./packing.ts";

/** The chunks that the facts come from, each once, as many as fit. An observation stands for those of its sources. */
export async function recallChunks(
  db: Queryable,
  bankKey: string,
  memories: readonly MemoryRow[],
  options: { maxTokens: number; tags: TagFilter | undefined },
): Promise<Map<string, RecalledChunk> | null> {
  const sources = await loadMemories(
    db,
    bankKey,
    memories.flatMap(({ sourceMemoryIds }) => sourceMemoryIds),
  );
  const chunkIds = new Set<string>();
  for (const memory of memories) {
    const origins =
      memory.factType === "observation"
        ? memory.sourceMemoryIds.map((id) => sources.get(id)?.chunkId)
        : [memory.chunkId];
    for (const chunkId of origins) if (chunkId) chunkIds.add(chunkId);
  }
  const stored = await loadChunks(db, bankKey, [...chunkIds], options.tags);
  const ordered = [...chunkIds].flatMap((chunkId) => stored.get(chunkId) ?? []);
  const packed = await packChunks(ordered, options.maxTokens);
  return packed.length > 0 ? new Map(packed.map((chunk) => [chunk.id, chunk])) : null;
}
