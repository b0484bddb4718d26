import { loadMemories, type MemoryRow } from "../../store/recalled-rows.ts";
import type { FactType, ReflectBasis, StoredMemory } from "../types.ts";
import type { DraftAnswer, ReflectRun } from "./run.ts";

const TYPE_ORDER: readonly FactType[] = ["world", "experience", "observation"];

/** What the answer rests on. */
export async function basedOn(run: ReflectRun, draft: DraftAnswer): Promise<ReflectBasis> {
  return {
    memories: await citedMemories(run, draft),
    mentalModels: run.evidence
      .basis(
        "mentalModels",
        draft.mentalModelIds.map((id) => run.tools.aliases.resolve(id)),
      )
      .flatMap((id) => run.evidence.pages.get(id) ?? []),
    directives: run.directives.map(({ directiveId, name, content }) => ({ id: directiveId, name, content })),
  };
}

/** The memories as they are stored: by type, and in the order in which they were found. */
async function citedMemories({ tools, evidence }: ReflectRun, draft: DraftAnswer): Promise<StoredMemory[]> {
  const { aliases, context, bankKey } = tools;
  const resolve = (id: string) => aliases.resolve(id);
  const ids = [
    ...evidence.basis("memories", draft.memoryIds.map(resolve)),
    ...evidence.basis("observations", draft.observationIds.map(resolve)),
  ];
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
