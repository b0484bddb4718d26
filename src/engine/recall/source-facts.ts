import type { Queryable } from "../../store/database.ts";
import { loadMemories, type MemoryRow } from "../../store/recalled-rows.ts";
import { TokenBudget } from "../../tokens/token-budget.ts";

export interface SourceFacts {
  /** In the order in which they were packed. */
  facts: MemoryRow[];
  /** Whether a source that is there was left out. */
  truncated: boolean;
}

/**
 * The facts that observations were drawn from, as many as fit.
 * @param options.maxTokens of all together; negative: no limit.
 * @param options.maxTokensPerObservation each observation's own budget, which replaces the other; negative: none.
 */
export async function sourceFacts(
  db: Queryable,
  bankKey: string,
  observations: readonly MemoryRow[],
  options: { maxTokens: number; maxTokensPerObservation: number },
): Promise<SourceFacts> {
  const sourceIds = observations.map(({ sourceMemoryIds }) => sourceMemoryIds);
  const rows = await loadMemories(db, bankKey, [...new Set(sourceIds.flat())]);
  const sources = sourceIds.map((ids) => ids.flatMap((id) => rows.get(id) ?? []));
  const { maxTokens, maxTokensPerObservation } = options;
  const packed = new Set<MemoryRow>();
  if (maxTokensPerObservation >= 0) {
    for (const ofOne of sources) await pack(ofOne, maxTokensPerObservation, packed);
  } else {
    await pack([...new Set(sources.flat())], maxTokens < 0 ? Infinity : maxTokens, packed);
  }
  return { facts: [...packed], truncated: packed.size < rows.size };
}

/** Adds the facts that fit the budget, in their order: one that does not fit is skipped. */
async function pack(facts: readonly MemoryRow[], maxTokens: number, packed: Set<MemoryRow>): Promise<void> {
  const budget = new TokenBudget(maxTokens);
  for (const fact of facts) if (await budget.take(fact.text)) packed.add(fact);
}
