import { canonicalJson } from "../canonical.ts";
import type { Cassette, Entry } from "../cassette/cassette.ts";
import type { Json } from "../json.ts";
import { type Blocks, type KeyedRequest, resolveBlocks } from "../key.ts";
import { type LlmRequest, SEGMENTS } from "../request.ts";

const PARTS = ["provider", "path", "scope", "model", ...SEGMENTS] as const;
/** What of a request can differ from a recorded one. */
export type Part = (typeof PARTS)[number];

/** Texts are compared only among so many entries that are equally near otherwise. */
const MOST_TEXTS_COMPARED = 200;

export interface Nearest {
  entry: Entry;
  /** Not empty: an entry that differs in nothing has the request's key. */
  differs: Part[];
}

/**
 * The recorded request that is most like `asked`: one of the same scope first, then the one with the most equal parts, then
 * with the most equal messages and tools, then with the most words in common, then the first in the file.
 */
export function nearestEntry(
  cassette: Cassette,
  asked: KeyedRequest,
  askedBlocks: Blocks,
): Nearest | undefined {
  const { parts: askedParts, items: askedItemList } = comparedOf(asked);
  const askedItems = new Set(askedItemList);
  const ranked = cassette.entries.map((entry) => {
    const { parts, items } = comparedOf(entry.request);
    const differs = PARTS.filter((part) => parts[part] !== askedParts[part]);
    const equalItems = items.filter((item) => askedItems.has(item)).length;
    return { entry, differs, rank: [differs.includes("scope") ? 0 : 1, -differs.length, equalItems] };
  });
  ranked.sort((a, b) => compareRanks(a.rank, b.rank));
  const [best] = ranked;
  if (!best) return undefined;
  const tied = ranked.filter(({ rank }) => compareRanks(best.rank, rank) === 0).slice(0, MOST_TEXTS_COMPARED);
  if (tied.length === 1) return best;
  const askedWords = words(asked, askedBlocks);
  const byText = tied.map((candidate) => ({
    ...candidate,
    rank: [likeness(askedWords, words(candidate.entry.request, cassette.blocks))],
  }));
  byText.sort((a, b) => compareRanks(a.rank, b.rank));
  return byText[0];
}

/** The higher rank first. */
function compareRanks(a: number[], b: number[]): number {
  for (const [index, value] of a.entries()) {
    const difference = (b[index] ?? 0) - value;
    if (difference !== 0) return difference;
  }
  return 0;
}

interface Compared {
  parts: Record<Part, string>;
  items: string[];
}

/** Made once for each: a test may miss often, and its cassette be long, in the process that runs all tests. */
const compared = new WeakMap<LlmRequest, Compared>();

function comparedOf(request: LlmRequest): Compared {
  const known = compared.get(request);
  if (known) return known;
  const made = { parts: partTexts(request), items: itemTexts(request) };
  compared.set(request, made);
  return made;
}

/** A part of a request as it is compared. */
export function partText(request: LlmRequest, part: Part): string {
  return comparedOf(request).parts[part];
}

function partTexts(request: LlmRequest): Record<Part, string> {
  const { provider, path, scope, model, segments } = request;
  const texts = SEGMENTS.map((name) => [name, canonicalJson(segments[name])] as const);
  return {
    provider,
    path,
    scope,
    model,
    ...(Object.fromEntries(texts) as Record<(typeof SEGMENTS)[number], string>),
  };
}

function itemTexts({ segments }: LlmRequest): string[] {
  return SEGMENTS.flatMap((name) => {
    const segment: Json = segments[name];
    return Array.isArray(segment) ? segment.map(canonicalJson) : [];
  });
}

function words({ segments }: LlmRequest, blocks: Blocks): Set<string> {
  const { system, conversation } = resolveBlocks(segments, blocks);
  return new Set(canonicalJson([system, conversation]).split(/[^\p{L}\p{N}]+/u));
}

/** Sørensen–Dice coefficient: 2·|a ∩ b| / (|a| + |b|). */
function likeness(a: Set<string>, b: Set<string>): number {
  let common = 0;
  for (const word of a) if (b.has(word)) common += 1;
  return (2 * common) / (a.size + b.size);
}
