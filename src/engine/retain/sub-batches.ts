import { countTokens } from "../../tokens/tokens.ts";

/**
 * A document that is larger than a pass may be is read in several, cut between its chunks. A chunk that an earlier pass has
 * read, in the same words, is left out of a later one: it leaves a hole in the indexes.
 *
 * @param batchTokens the tokens of one pass.
 */
export async function withoutRepeats<Chunk extends { text: string; hash: string }>(
  chunks: readonly Chunk[],
  batchTokens: number,
): Promise<Chunk[]> {
  const tokens = await Promise.all(chunks.map(({ text }) => countTokens(text)));
  const total = tokens.reduce((sum, count) => sum + count, 0);
  if (total <= batchTokens) return [...chunks];
  const read = new Set<string>();
  let pass: string[] = [];
  let size = 0;
  return chunks.filter(({ hash }, index) => {
    const own = tokens[index] ?? 0;
    if (size > 0 && size + own > batchTokens) {
      for (const earlier of pass) read.add(earlier);
      pass = [];
      size = 0;
    }
    pass.push(hash);
    size += own;
    return !read.has(hash);
  });
}
