/**
 * A similarity as it is answered: to six decimals. The last bits of a sum of products depend on the order of its additions, which
 * differs between pgvector, its builds for different processors, and our own loop; texts that are equally similar must be so
 * everywhere, since ties are decided by id.
 */
export function roundSimilarity(similarity: number): number {
  return Math.round(similarity * 1e6) / 1e6;
}
