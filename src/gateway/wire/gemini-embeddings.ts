/** Gemini's embeddings: a vector for each content, of one or of a batch. */
import { mapMembers } from "../canonical.ts";
import { isJsonObject, type Json, type JsonObject } from "../json.ts";
import { readVector, writeVector } from "../vectors.ts";
import { GEMINI } from "./gemini.ts";
import { type ItemWire, UnreadableRequest } from "./wire.ts";

const MODEL = /(?:^|\/)models\/([^/]+):(batchEmbedContents|embedContent)$/;

/** The requests of a batch, or the one that is sent alone. */
function requestsOf(body: Json | undefined): JsonObject[] {
  if (!isJsonObject(body)) throw new UnreadableRequest("The request's body is not a JSON object.");
  const { requests = [body] } = body;
  if (Array.isArray(requests) && requests.every(isJsonObject)) return requests;
  throw new UnreadableRequest("The request has no list of `requests`.");
}

export const geminiEmbeddings: ItemWire = {
  ...GEMINI,
  kind: "items",
  purpose: "embeddings",
  route: "/:path{.+mbedContents?}",
  readRequest({ path, body }) {
    const [, model = ""] = MODEL.exec(decodeURIComponent(path)) ?? [];
    // The path has the model already, and says whether it is asked for one or for several.
    const items = requestsOf(body).map((request) =>
      mapMembers(request, (field, value) => (field === "model" ? undefined : value)),
    );
    return { model, parameters: null, items };
  },
  selectItems(body, indices) {
    const requests = requestsOf(body);
    if (!isJsonObject(body) || body.requests === undefined) return body;
    return { ...body, requests: indices.flatMap((index) => requests[index] ?? []) };
  },
  readAnswer(answer, count) {
    if (!isJsonObject(answer)) return undefined;
    const { embedding = null, embeddings = [embedding] } = answer;
    if (!Array.isArray(embeddings)) return undefined;
    const vectors = embeddings.flatMap((entry) =>
      isJsonObject(entry) ? (readVector(entry.values) ?? []) : [],
    );
    return vectors.length === count ? vectors : undefined;
  },
  readTokens: () => null,
  writeAnswer({ body }, values) {
    const embeddings = values.map((value) => ({ values: writeVector(value) }));
    const isBatch = isJsonObject(body) && body.requests !== undefined;
    return isBatch ? { embeddings } : { embedding: embeddings[0] ?? null };
  },
};
