/** Cohere's rerank, in both versions: how well each document answers a query. */
import { hash } from "node:crypto";
import { canonicalJson, mapMembers } from "../canonical.ts";
import { isJsonObject, type Json, type JsonObject } from "../json.ts";
import { COHERE } from "./cohere.ts";
import { pairsOf, ranked, readScores } from "./ranking.ts";
import { type ItemWire, UnreadableRequest } from "./wire.ts";

/** How many results there are, and what they repeat, does not change a score; nor does how quickly it is wanted. */
const PLACED_FIELDS = new Set(["model", "query", "documents", "top_n", "return_documents", "priority"]);

function documentsOf(body: JsonObject): Json[] {
  return Array.isArray(body.documents) ? body.documents : [];
}

export const cohereRerank: ItemWire = {
  ...COHERE,
  kind: "items",
  purpose: "reranker",
  // `/v1/rerank` and `/v2/rerank` are Cohere's own; others have `/rerank`, `/v1/models/rerank`, `/compatible-api/v1/reranks`.
  route: "/:path{.*reranks?}",
  readRequest({ body }) {
    if (!isJsonObject(body)) throw new UnreadableRequest("The request's body is not a JSON object.");
    const { model = "", query, documents } = body;
    if (typeof model !== "string") throw new UnreadableRequest("The request's `model` is no text.");
    if (query === undefined || !Array.isArray(documents)) {
      throw new UnreadableRequest("The request has no `query`, or no list of `documents`.");
    }
    const parameters = mapMembers(body, (field, value) =>
      PLACED_FIELDS.has(field) || value === null ? undefined : value,
    );
    return { model, parameters, items: pairsOf(query, documents) };
  },
  selectItems(body, indices) {
    if (!isJsonObject(body)) return body;
    const documents = documentsOf(body);
    return {
      ...body,
      documents: indices.map((index) => documents[index] ?? null),
      // All of them: what the caller leaves out now, it may ask for in another batch.
      ...(typeof body.top_n === "number" && { top_n: indices.length }),
    };
  },
  readAnswer: (answer, count) =>
    readScores(isJsonObject(answer) ? answer.results : undefined, "relevance_score", count),
  readTokens(answer) {
    if (!isJsonObject(answer)) return null;
    const { usage, meta } = answer;
    const tokens = isJsonObject(meta) && isJsonObject(meta.tokens) ? meta.tokens.input_tokens : undefined;
    const total = isJsonObject(usage) ? usage.total_tokens : tokens;
    return typeof total === "number" ? total : null;
  },
  writeAnswer({ body, path }, values, tokens): Json {
    const request = isJsonObject(body) ? body : {};
    const { top_n: most, return_documents: returnsDocuments, model } = request;
    const documents = documentsOf(request);
    const results = ranked(values)
      .slice(0, typeof most === "number" ? most : undefined)
      .map(({ index, score }) => {
        const document = documents[index] ?? null;
        const shown = typeof document === "string" ? { text: document } : document;
        return { index, relevance_score: score, ...(returnsDocuments === true && { document: shown }) };
      });
    return {
      id: hash("sha256", canonicalJson(request)).slice(0, 24),
      ...(typeof model === "string" && { model }),
      results,
      meta: {
        api_version: { version: path.startsWith("/v2/") ? "2" : "1" },
        ...(tokens !== null && { tokens: { input_tokens: tokens, output_tokens: 0 } }),
      },
      ...(tokens !== null && { usage: { total_tokens: tokens } }),
    };
  },
};

/** The same for servers that were given the whole address, and ask for nothing below it. */
export const cohereRerankWhole: ItemWire = { ...cohereRerank, route: "" };
