import { placeholderIds } from "../attachments/placeholders.ts";
import { chunkAroundAttachments } from "./attachment-chunking.ts";
import { codePointLength } from "./code-points.ts";
import { isJsonObjectText, objectArrayElements, toArrayText } from "./json-text.ts";
import { splitText } from "./text-splitting.ts";

/** Limits in characters (code points). */
export interface ChunkLimits {
  /** A chunk's length. */
  chunkSize: number;
  /** What a single JSON object may reach before it is split like prose; null: the same. */
  structuredChunkSize: number | null;
  /** Attachments that a chunk may hold. */
  maxAttachments: number;
}

/**
 * Cuts an item's text into the chunks that facts are extracted from. A conversation in JSON is cut between its turns, other
 * text at the coarsest boundary that does: paragraph, line, sentence, clause, word. A text that fits is one chunk, untouched.
 */
export function chunkText(text: string, limits: ChunkLimits): string[] {
  const limit = limits.chunkSize;
  if (placeholderIds(text).length > 0) return chunkAroundAttachments(text, limit, limits.maxAttachments);
  if (codePointLength(text) <= limit) return [text];
  const structuredLimit = limits.structuredChunkSize ?? limit;
  const turns = objectArrayElements(text);
  if (turns) return turns.length > 0 ? packTurns(turns, limit, structuredLimit) : [toArrayText(turns)];
  if (isJsonObjectText(text)) {
    return codePointLength(text) <= structuredLimit ? [text] : splitText(text, limit);
  }
  const lines = jsonLines(text);
  if (lines) return packLines(lines, limit, structuredLimit);
  return splitText(text, limit);
}

function packTurns(turns: readonly string[], limit: number, structuredLimit: number): string[] {
  return pack(turns, {
    limit,
    structuredLimit,
    // The brackets around the turns.
    emptySize: 2,
    join: toArrayText,
  });
}

function packLines(lines: readonly string[], limit: number, structuredLimit: number): string[] {
  return pack(lines, { limit, structuredLimit, emptySize: 0, join: (packed) => packed.join("\n") });
}

/** Packs JSON objects in order. Each takes its length and one for a separator. */
function pack(
  objects: readonly string[],
  options: {
    limit: number;
    structuredLimit: number;
    emptySize: number;
    join: (packed: readonly string[]) => string;
  },
): string[] {
  const { limit, structuredLimit, emptySize, join } = options;
  const chunks: string[] = [];
  let packed: string[] = [];
  let size = emptySize;
  const flush = () => {
    if (packed.length > 0) chunks.push(join(packed));
    packed = [];
    size = emptySize;
  };
  for (const object of objects) {
    const length = codePointLength(object);
    if (length > structuredLimit) {
      flush();
      for (const chunk of splitText(object, Math.min(structuredLimit, limit))) chunks.push(chunk);
      continue;
    }
    if (size + length + 1 > limit) flush();
    packed.push(object);
    size += length + 1;
  }
  flush();
  return chunks;
}

/** The lines of a text in which every line that is not blank is a JSON object; undefined when it is no such text. */
function jsonLines(text: string): string[] | undefined {
  const lines = text
    .split("\n")
    .filter((line) => line.trim() !== "")
    .map((line) => line.replace(/\r$/, ""));
  return lines.length >= 2 && lines.every(isJsonObjectText) ? lines : undefined;
}
