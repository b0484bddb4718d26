import { offlineEmbedder } from "../../src/embedding/offline.ts";
import type { Embedder } from "../../src/embedding/types.ts";

/**
 * The offline embedder without what all texts share in it: texts without a common word have a similarity of about 0, so that a
 * test can have facts that a floor hides.
 */
export const wordEmbedder: Embedder = {
  ...offlineEmbedder,
  async embed(texts) {
    const vectors = await offlineEmbedder.embed(texts);
    return vectors.map((vector) => {
      const words = vector.with(-1, 0);
      const length = Math.hypot(...words);
      return length === 0 ? vector : words.map((value) => value / length);
    });
  },
};
