import {
  type ChunkRow,
  type DocumentRow,
  loadChunks,
  loadDocuments,
  loadMemories,
  type MemoryRow,
} from "../../../store/recalled-rows.ts";
import { matchesTags, type TagFilter } from "../../../store/tag-filter.ts";
import type { Aliases } from "../aliases.ts";
import { readList } from "./arguments.ts";
import { argumentsSchema, type ReflectTool, ToolArgumentError } from "./tool.ts";

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** What became of one id that was asked for. */
type Expansion =
  | { id: string; error: string }
  | { id: string; memory: MemoryRow; chunk?: ChunkRow; document?: DocumentRow; withheld: boolean };

/** Reads the source text of facts that a search brought. */
export const expandTool: ReflectTool = {
  isSearch: false,
  definition: {
    name: "expand",
    description: "Read the text that facts were drawn from: the passage around each, or the whole document.",
    parameters: argumentsSchema(
      {
        memory_ids: {
          type: "array",
          items: { type: "string" },
          description: "Ids of facts that a search returned.",
        },
        depth: {
          type: "string",
          enum: ["chunk", "document"],
          description: "`chunk` (default): the passage. `document`: all of the text as well.",
        },
      },
      ["memory_ids"],
    ),
  },
  async run({ context, bankKey, tags, aliases }, args) {
    const given = args.memory_ids;
    if (typeof given === "string" && given !== "") {
      throw new ToolArgumentError("`memory_ids` must be a list of ids.", { [given]: "not a list" });
    }
    const asked = readList(given);
    if (asked.length === 0)
      throw new ToolArgumentError("`memory_ids` is required: ids of facts to read the source of.");
    const ids = asked.map((id) => aliases.resolve(id));
    if (!ids.some((id) => UUID.test(id))) {
      throw new ToolArgumentError(
        "None of `memory_ids` is an id that a search returned.",
        Object.fromEntries(asked.map((id) => [id, `not an id: ${id}`])),
      );
    }
    const expansions = await expand(context.database, bankKey, ids, tags, args.depth === "document");
    return {
      raw: { results: expansions.map(rawExpansion), count: expansions.length },
      found: {
        kind: "memories",
        ids: expansions.flatMap((expansion) => ("memory" in expansion ? expansion.memory.unitId : [])),
      },
      show: () => showExpansions(expansions, aliases),
    };
  },
};

async function expand(
  db: Parameters<typeof loadMemories>[0],
  bankKey: string,
  ids: readonly string[],
  tags: TagFilter | undefined,
  wholeDocument: boolean,
): Promise<Expansion[]> {
  const valid = ids.filter((id) => UUID.test(id)).map((id) => id.toLowerCase());
  const memories = await loadMemories(db, bankKey, valid);
  const known = [...memories.values()];
  const documentIds = known.flatMap(({ documentId }) => documentId ?? []);
  const [chunks, documents] = await Promise.all([
    loadChunks(
      db,
      bankKey,
      known.flatMap(({ chunkId }) => chunkId ?? []),
    ),
    loadDocuments(db, bankKey, documentIds),
  ]);
  return ids.map((id) => {
    if (!UUID.test(id)) return { id, error: "Not an id of a fact." };
    const memory = memories.get(id.toLowerCase());
    if (!memory || (tags && !matchesTags(tags, memory.tags))) return { id, error: "No such fact." };
    const document = memory.documentId === null ? undefined : documents.get(memory.documentId);
    // A fact may carry tags that its document does not have: the text is the document's.
    if (tags && document && !matchesTags(tags, document.tags)) return { id, memory, withheld: true };
    const chunk = memory.chunkId === null ? undefined : chunks.get(memory.chunkId);
    return {
      id,
      memory,
      withheld: false,
      ...(chunk && { chunk }),
      ...(wholeDocument && document && { document }),
    };
  });
}

/** Observations have none. */
function contextOf({ factType, context }: MemoryRow): string | null {
  return factType === "observation" ? null : (context ?? "");
}

function rawExpansion(expansion: Expansion): Record<string, unknown> {
  if ("error" in expansion) return { memory_id: expansion.id, error: expansion.error };
  const { id, memory, chunk, document, withheld } = expansion;
  return {
    memory_id: id,
    memory: { id: memory.unitId, text: memory.text, type: memory.factType, context: contextOf(memory) },
    ...(chunk && {
      chunk: { id: chunk.chunkId, text: chunk.text, index: chunk.chunkIndex, document_id: chunk.documentId },
    }),
    ...(document && {
      document: {
        id: document.documentId,
        full_text: document.text,
        metadata: document.metadata,
        retain_params: document.retainParams,
      },
    }),
    ...(withheld && { source_withheld: true }),
  };
}

function showExpansions(expansions: readonly Expansion[], aliases: Aliases): Record<string, unknown> {
  const chunksShown: string[] = [];
  const results = expansions.map((expansion) => {
    if ("error" in expansion) return { memory_id: expansion.id, error: expansion.error };
    const { memory, chunk, document, withheld } = expansion;
    const alias = aliases.aliasOf(memory.factType === "observation" ? "o" : "f", memory.unitId);
    const memoryShown = aliases.show(alias);
    const chunkAlias = chunk && aliases.aliasOf("c", chunk.chunkId);
    const chunkShown = chunkAlias !== undefined && aliases.show(chunkAlias);
    if (chunkShown) chunksShown.push(chunkAlias);
    return {
      memory_id: alias,
      ...(!memoryShown && { memory: { text: memory.text, type: memory.factType } }),
      ...(chunk &&
        !chunkShown && { chunk: { id: chunkAlias, text: chunk.text, document_id: chunk.documentId } }),
      ...(document && { document: { id: document.documentId, full_text: document.text } }),
      ...(withheld && { source_withheld: true }),
    };
  });
  return { results, ...(chunksShown.length > 0 && { already_shown: { chunks: [...new Set(chunksShown)] } }) };
}
