import type { BankRow } from "../../store/banks.ts";
import { loadMemories, type MemoryRow } from "../../store/recalled-rows.ts";
import { leafOf } from "../../store/tag-filter.ts";
import type { EngineContext } from "../context.ts";
import type { FactType } from "../types.ts";
import type { ArmHit } from "./arms/arm.ts";
import { packFacts } from "./packing.ts";
import { Phases } from "./phases.ts";
import { begin } from "./recall.ts";
import { rankedLists, repeatTypes } from "./retrieval.ts";
import { search } from "./search.ts";
import type { RecallSettings } from "./settings.ts";

/** What an internal search looks for. */
export interface InterleavedRequest {
  query: string;
  types: FactType[];
  /** Only units that carry all of them; none: any units. */
  tags: readonly string[];
  maxTokens: number;
}

/**
 * What the engine itself wants to see of a bank: the arms take turns in saying what comes next, and nothing is reranked or
 * boosted, so that each arm's best is among the first.
 */
export async function recallInterleaved(
  context: EngineContext,
  bank: BankRow,
  { query, types, tags, maxTokens }: InterleavedRequest,
  options: { settings: RecallSettings; signal: AbortSignal },
): Promise<MemoryRow[]> {
  return context.recallSlots.run(async () => {
    const request = {
      query,
      types,
      tagsMatch: "all_strict" as const,
      budget: "low" as const,
      maxTokens,
      includeEntities: false,
      minScores: {},
    };
    const filter = leafOf(tags, "all_strict");
    const given = { bank, tags: filter, request, phases: new Phases(), waited: 0 };
    const run = await begin(context, given, options);
    const { retrieved } = await search(run);
    const limit = context.settings.recall.maxCandidatesPerSource;
    const lists = rankedLists(repeatTypes(retrieved, types), types, limit).map(({ hits }) => hits);
    const ids = takeTurns(lists);
    const memories = await loadMemories(context.database, bank.bankKey, ids);
    const found = ids.flatMap((id) => memories.get(id) ?? []);
    return (await packFacts(found, ({ text }) => text, maxTokens)).facts;
  }, options.signal);
}

/** Each unit once: the best of every list in turn, then the next best. */
function takeTurns(lists: readonly (readonly ArmHit[])[]): string[] {
  const ids = new Set<string>();
  const length = Math.max(0, ...lists.map((list) => list.length));
  for (let rank = 0; rank < length; rank += 1) {
    for (const list of lists) {
      const hit = list[rank];
      if (hit) ids.add(hit.unitId);
    }
  }
  return [...ids];
}
