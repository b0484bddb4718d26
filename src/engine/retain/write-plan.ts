import type { SourceChunk } from "./content.ts";
import { type DocumentState, hashOf } from "./document-state.ts";

/**
 * How a run of chunks is written:
 * - `replace`: all that the document held goes.
 * - `add`: what it holds stays.
 * - `change`: chunks that are the same keep their facts, which get the new labels; the facts of all others go.
 * - `relabel`: nothing but labels changes.
 */
export type WriteKind = "replace" | "add" | "change" | "relabel";

export interface WritePlan {
  kind: WriteKind;
  /** To be extracted and stored. */
  chunks: SourceChunk[];
  /** Indexes of the chunks that go. */
  removed: number[];
}

interface RunToWrite {
  chunks: readonly SourceChunk[];
  /** Whether it is the first of the document's. */
  isFirst: boolean;
  /** All chunks that the document will have, as far as they can be told before it is written. */
  all: readonly SourceChunk[];
  /** Of the document's whole text. */
  contentHash: string;
  /** A document that takes several runs is taken up where it was left, when the text is the same. */
  isOversized: boolean;
  /** Everything is extracted again. */
  force: boolean;
}

/** Decides how a run is written over what is stored. */
export function planWrite(run: RunToWrite, state: DocumentState): WritePlan {
  const { chunks, isFirst, contentHash, force } = run;
  const isSameText = state.contentHash === contentHash;
  const delta = isFirst && !force ? planDelta(run, state) : undefined;
  if (delta) return delta;
  if (isFirst && (force || !isSameText || state.chunks.size === 0)) {
    return { kind: "replace", chunks: [...chunks], removed: [] };
  }
  const known = new Set(isSameText && !force ? state.chunks.values() : []);
  return { kind: "add", chunks: chunks.filter(({ text }) => !known.has(hashOf(text))), removed: [] };
}

/** @returns undefined where no chunk is the same as before. */
function planDelta(
  { all, contentHash, isOversized }: RunToWrite,
  state: DocumentState,
): WritePlan | undefined {
  const isKept = ({ index, text }: SourceChunk) => state.chunks.get(index) === hashOf(text);
  const kept = new Set(all.filter(isKept).map(({ index }) => index));
  if (kept.size === 0) return undefined;
  const changed = all.filter(({ index }) => !kept.has(index));
  const removed = [...state.chunks.keys()].filter((index) => !kept.has(index));
  if (changed.length === 0 && removed.length === 0) return { kind: "relabel", chunks: [], removed: [] };
  if (changed.length > 0 && isOversized && state.contentHash === contentHash) return undefined;
  return { kind: "change", chunks: changed, removed };
}
