import { recall } from "../../recall/recall.ts";
import type { FactType, RecalledChunk } from "../../types.ts";
import type { Aliases } from "../aliases.ts";
import { readQuery, readTokens } from "./arguments.ts";
import { rawMemory, showMemories } from "./memory-forms.ts";
import { argumentsSchema, type ReflectTool } from "./tool.ts";

export const RAW_FACT_TYPES: readonly FactType[] = ["world", "experience"];

/** Searches the facts as they were retained. */
export const recallTool: ReflectTool = {
  isSearch: true,
  definition: {
    name: "recall",
    description:
      "Search single facts as they were stored: what was said, what happened, and when. Brings the source text of the best ones along.",
    parameters: argumentsSchema(
      {
        query: { type: "string", description: "Words or a question to search for." },
        max_tokens: { type: "integer", description: "How much may be returned, in tokens." },
        max_chunk_tokens: { type: "integer", description: "How much source text, in tokens." },
      },
      ["query"],
    ),
  },
  async run({ context, address, request, tags, settings, aliases, signal }, args, most) {
    const query = readQuery(args);
    const maxTokens = readTokens(args, "max_tokens", { fallback: settings.recallMaxTokens, most });
    const maxChunkTokens = readTokens(args, "max_chunk_tokens", {
      fallback: settings.recallChunksMaxTokens,
      most,
    });
    const { factTypes } = request;
    const answer = await recall(
      context,
      address,
      {
        query,
        types: RAW_FACT_TYPES.filter((type) => !factTypes || factTypes.includes(type)),
        budget: request.budget,
        maxTokens,
        includeEntities: true,
        ...(settings.recallIncludeChunks &&
          settings.storeDocumentText && { includeChunks: { maxTokens: maxChunkTokens } }),
        tagsMatch: "any",
        writes: request.writes,
        ...(tags && { tagGroups: [tags] }),
        minScores: {},
      },
      { settings: settings.recall, signal },
    );
    const chunks = [...(answer.chunks?.values() ?? [])];
    return {
      raw: {
        query,
        memories: answer.results.map(rawMemory),
        chunks: Object.fromEntries(
          chunks.map(({ id, text, chunkIndex, truncated }) => [
            id,
            { chunk_text: text, chunk_index: chunkIndex, truncated },
          ]),
        ),
      },
      found: { kind: "memories", ids: answer.results.map(({ id }) => id) },
      show() {
        const memories = showMemories(answer.results, "f", aliases);
        const shownChunks = showChunks(chunks, aliases);
        const alreadyShown = {
          ...(memories.alreadyShown.length > 0 && { memories: memories.alreadyShown }),
          ...(shownChunks.alreadyShown.length > 0 && { chunks: shownChunks.alreadyShown }),
        };
        return {
          query,
          memories: memories.fresh,
          chunks: shownChunks.fresh,
          ...(Object.keys(alreadyShown).length > 0 && { already_shown: alreadyShown }),
        };
      },
    };
  },
};

function showChunks(chunks: readonly RecalledChunk[], aliases: Aliases) {
  const fresh: Record<string, unknown> = {};
  const alreadyShown: string[] = [];
  for (const { id, text, truncated } of chunks) {
    const alias = aliases.aliasOf("c", id);
    if (aliases.show(alias)) alreadyShown.push(alias);
    else fresh[alias] = { chunk_text: text, ...(truncated && { truncated }) };
  }
  return { fresh, alreadyShown };
}
