import type { Reranker } from "./types.ts";

/** A member of a chain: `null` keeps the order of the fusion. Connected when it is first asked, if it was not there before. */
export type ChainMember = () => Promise<Reranker | null>;

/**
 * Rerankers that stand in for one another: the first that answers counts. Each keeps its own retries.
 * @param provider the primary's name.
 */
export function rerankerChain(provider: string, members: readonly ChainMember[]): Reranker {
  const connected = new Map<number, Reranker | null>();
  const connect = async (index: number, member: ChainMember) => {
    const known = connected.get(index);
    if (known !== undefined) return known;
    const reranker = await member();
    connected.set(index, reranker);
    return reranker;
  };
  return {
    provider,
    async score(query, candidates, options) {
      let failure: unknown;
      for (const [index, member] of members.entries()) {
        options.signal?.throwIfAborted();
        try {
          const reranker = await connect(index, member);
          return reranker && (await reranker.score(query, candidates, options));
        } catch (error) {
          failure = error;
        }
      }
      throw failure;
    },
  };
}
