import { countTokens } from "../../tokens/tokens.ts";
import type { RetainItem } from "../types.ts";
import { type ChunkLimits, chunkText } from "./chunking.ts";
import { type DocumentPlan, isAppend } from "./documents.ts";
import { objectArrayElements, toArrayText } from "./json-text.ts";

/** A chunk, and the item whose context, date and tags its facts get. */
export interface SourceChunk {
  index: number;
  text: string;
  item: RetainItem;
}

/** What a document is to be made of. */
export interface DocumentContent {
  text: string;
  /** The item that the document remembers: the first one given. */
  source: RetainItem;
  tags: string[];
  /** Its chunks in runs that are extracted and written one after the other; one run, unless it is oversized. */
  runs: SourceChunk[][];
}

export interface ContentOptions {
  /** The text that is appended to; null: nothing is appended, or to nothing. */
  appendsTo: string | null;
  limits: ChunkLimits;
  /** The tokens of a run. */
  budget: number;
}

/** Puts a document together: its items, after the stored text where they are appended to one. Each part is chunked by itself. */
export async function composeDocument(plan: DocumentPlan, options: ContentOptions): Promise<DocumentContent> {
  const [source] = plan.items;
  if (!source) throw new Error("A document is made of at least one item");
  const parts = partsOf(plan.items, source, options.appendsTo);
  const text = textOf(plan.items, parts);
  const tags = [...new Set(plan.items.flatMap((item) => item.tags))];
  if (plan.onlyRun) return { text, source, tags, runs: [renumbered(plan.onlyRun)] };
  if (!plan.isOversized) {
    const merged = isAppend(plan.items) ? mergeArrays(parts) : undefined;
    const chunked = merged === undefined ? parts : [{ ...source, content: merged }];
    return { text, source, tags, runs: [numbered(chunked, options.limits, 0)] };
  }
  return { text, source, tags, runs: await oversizedRuns(source, options) };
}

/** The stored text counts as a part with all that the first item says of itself. */
function partsOf(items: readonly RetainItem[], first: RetainItem, stored: string | null): RetainItem[] {
  return stored ? [{ ...first, content: stored }, ...items] : [...items];
}

function textOf(items: readonly RetainItem[], parts: readonly RetainItem[]): string {
  const merged = isAppend(items) ? mergeArrays(parts) : undefined;
  return merged ?? parts.map(({ content }) => content).join("\n");
}

/** Conversations in JSON that are appended to one another become one; undefined when a part is anything else. */
function mergeArrays(parts: readonly RetainItem[]): string | undefined {
  if (parts.length < 2) return undefined;
  const turns: string[] = [];
  for (const { content } of parts) {
    const elements = objectArrayElements(content);
    if (!elements) return undefined;
    for (const element of elements) turns.push(element);
  }
  return toArrayText(turns);
}

function numbered(parts: readonly RetainItem[], limits: ChunkLimits, first: number): SourceChunk[] {
  const chunks = parts.flatMap((item) => chunkText(item.content, limits).map((text) => ({ text, item })));
  return chunks.map((chunk, index) => ({ ...chunk, index: first + index }));
}

function renumbered(run: readonly SourceChunk[]): SourceChunk[] {
  return run.map((chunk, index) => ({ ...chunk, index }));
}

/** The runs of an oversized item; the first is led by what it is appended to. */
async function oversizedRuns(item: RetainItem, options: ContentOptions): Promise<SourceChunk[][]> {
  const { appendsTo, limits, budget } = options;
  const before = appendsTo ? numbered([{ ...item, content: appendsTo }], limits, 0) : [];
  const runs: SourceChunk[][] = [];
  let run: SourceChunk[] = [];
  let tokens = 0;
  for (const [index, text] of chunkText(item.content, limits).entries()) {
    const own = await countTokens(text);
    if (run.length > 0 && tokens + own > budget) {
      runs.push(run);
      run = [];
      tokens = 0;
    }
    run.push({ index: before.length + index, text, item });
    tokens += own;
  }
  runs.push(run);
  const [first = [], ...others] = runs;
  return [appendsTo ? joinedRun(before, first, appendsTo, limits) : first, ...others];
}

/** The run that an append begins with: conversations are cut anew where the old and the new meet. */
function joinedRun(
  before: readonly SourceChunk[],
  first: readonly SourceChunk[],
  stored: string,
  limits: ChunkLimits,
): SourceChunk[] {
  const [chunk] = first;
  const old = objectArrayElements(stored);
  const added = first.map(({ text }) => objectArrayElements(text));
  if (!chunk || !old || !added.every((turns) => turns !== undefined)) return [...before, ...first];
  const content = toArrayText([...old, ...added.flat()]);
  return numbered([{ ...chunk.item, content }], limits, 0);
}
