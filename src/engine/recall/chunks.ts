import type { Queryable } from "../../store/database.ts";
import { loadChunks, loadMemories, type MemoryRow } from "../../store/recalled-rows.ts";
import type { TagFilter } from "../../store/tag-filter.ts";
import type { RecalledChunk } from "../types.ts";
import { packChunks } from "./packing.ts";

/** The chunks that the facts come from, each once, as many as fit. */
export async function recallChunks(
  db: Queryable,
  bankKey: string,
  memories: readonly MemoryRow[],
  options: { maxTokens: number; tags: TagFilter | undefined },
): Promise<RecalledChunk[]> {
  const chunkIds = await chunkIdsOf(db, bankKey, memories);
  const stored = await loadChunks(db, bankKey, chunkIds, options.tags);
  return packChunks(
    chunkIds.flatMap((chunkId) => stored.get(chunkId) ?? []),
    options.maxTokens,
  );
}

/** In the order of the facts. An observation stands for those of its sources that no fact of the list has itself. */
async function chunkIdsOf(db: Queryable, bankKey: string, memories: readonly MemoryRow[]): Promise<string[]> {
  const observed = memories.flatMap((memory) => (isObservation(memory) ? memory.sourceMemoryIds : []));
  const sources = await loadMemories(db, bankKey, [...new Set(observed)]);
  const own = new Set(memories.flatMap(({ chunkId }) => chunkId ?? []));
  const ordered = memories.flatMap((memory) =>
    isObservation(memory)
      ? memory.sourceMemoryIds.flatMap((id) => sources.get(id)?.chunkId ?? []).filter((id) => !own.has(id))
      : (memory.chunkId ?? []),
  );
  return [...new Set(ordered)];
}

function isObservation({ factType, chunkId }: MemoryRow): boolean {
  return factType === "observation" && chunkId === null;
}
