/** Text Embeddings Inference: how well each text answers a query. */
import { isJsonObject, type Json } from "../json.ts";
import { pairsOf, ranked, readScores } from "./ranking.ts";
import { TEI, TEI_MODEL, teiParameters } from "./tei.ts";
import { type ItemWire, UnreadableRequest } from "./wire.ts";

/** `return_text` says what the answer repeats, not how it scores. */
const PLACED_FIELDS = new Set(["query", "texts", "return_text"]);

export const teiRerank: ItemWire = {
  ...TEI,
  kind: "items",
  purpose: "reranker",
  route: "/rerank",
  readRequest({ body }) {
    if (!isJsonObject(body)) throw new UnreadableRequest("The request's body is not a JSON object.");
    const { query, texts } = body;
    if (query === undefined || !Array.isArray(texts)) {
      throw new UnreadableRequest("The request has no `query`, or no list of `texts`.");
    }
    return {
      model: TEI_MODEL,
      parameters: teiParameters(body, PLACED_FIELDS),
      items: pairsOf(query, texts),
    };
  },
  selectItems(body, indices) {
    if (!isJsonObject(body)) return body;
    const texts = Array.isArray(body.texts) ? body.texts : [];
    return { ...body, texts: indices.map((index) => texts[index] ?? null) };
  },
  readAnswer: (answer, count) => readScores(answer, "score", count),
  readTokens: () => null,
  writeAnswer({ body }, values): Json {
    const { texts = null, return_text: returnsText = false } = isJsonObject(body) ? body : {};
    return ranked(values).map(({ index, score }) => ({
      index,
      ...(returnsText === true && Array.isArray(texts) && { text: texts[index] ?? null }),
      score,
    }));
  },
};
