import type { ChunkRow } from "../../store/recalled-rows.ts";
import { TokenBudget } from "../../tokens/token-budget.ts";
import { cutToTokens } from "../../tokens/tokens.ts";
import type { RecalledChunk } from "../types.ts";

/** What fits, and whether something did not. */
export interface PackedFacts<Fact> {
  facts: Fact[];
  truncated: boolean;
}

/**
 * The facts that fit a budget of tokens, in their order: one that does not fit is skipped and the next ones are tried.
 * Where none fits, the first is returned although it is too long. No budget, no facts.
 */
export async function packFacts<Fact>(
  facts: readonly Fact[],
  textOf: (fact: Fact) => string,
  maxTokens: number,
): Promise<PackedFacts<Fact>> {
  const budget = new TokenBudget(maxTokens);
  const packed: Fact[] = [];
  for (const fact of facts) {
    if (await budget.take(textOf(fact))) packed.push(fact);
  }
  const truncated = packed.length < facts.length;
  return { facts: packed.length > 0 || maxTokens <= 0 ? packed : facts.slice(0, 1), truncated };
}

/** The chunks that fit a budget of tokens, in their order: the first that does not fit is cut, and packing stops. */
export async function packChunks(chunks: readonly ChunkRow[], maxTokens: number): Promise<RecalledChunk[]> {
  const budget = new TokenBudget(maxTokens);
  const packed: RecalledChunk[] = [];
  for (const { chunkId, chunkIndex, text } of chunks) {
    if (await budget.take(text)) {
      packed.push({ id: chunkId, text, chunkIndex, truncated: false });
      continue;
    }
    const start = await cutToTokens(text, await budget.remaining());
    if (start !== "") packed.push({ id: chunkId, text: start, chunkIndex, truncated: true });
    break;
  }
  return packed;
}
