/** Cohere's embed, in both versions: a vector for each text. */
import { hash } from "node:crypto";
import { canonicalJson, mapMembers } from "../canonical.ts";
import { isJsonObject, type Json, type JsonObject } from "../json.ts";
import { readVector, writeVector } from "../vectors.ts";
import { COHERE } from "./cohere.ts";
import { type ItemWire, type ReceivedCall, UnreadableRequest } from "./wire.ts";

/** The first version without types has the vectors themselves in their place. */
const PLACED_FIELDS = new Set(["model", "texts", "embedding_types", "priority"]);

/** The vectors of an answer; without types they are a list themselves. */
function vectorsOf(answer: Json | undefined): Json {
  const embeddings = isJsonObject(answer) ? (answer.embeddings ?? null) : null;
  return isJsonObject(embeddings) ? (embeddings.float ?? null) : embeddings;
}

function readBody({ body }: ReceivedCall): JsonObject & { model: string; texts: Json[] } {
  if (!isJsonObject(body)) throw new UnreadableRequest("The request's body is not a JSON object.");
  const { model, texts, embedding_types: types = ["float"] } = body;
  if (typeof model !== "string") throw new UnreadableRequest("The request names no `model`.");
  if (!Array.isArray(texts)) throw new UnreadableRequest("The request has no list of `texts`.");
  if (canonicalJson(types) !== '["float"]') {
    throw new UnreadableRequest("Of `embedding_types` only `float` is recorded.");
  }
  return { ...body, model, texts };
}

export const cohereEmbed: ItemWire = {
  ...COHERE,
  kind: "items",
  purpose: "embeddings",
  route: "/:version{v[12]}/embed",
  readRequest(call) {
    const { model, texts, ...body } = readBody(call);
    const parameters = mapMembers(body, (field, value) =>
      PLACED_FIELDS.has(field) || value === null ? undefined : value,
    );
    return { model, parameters, items: texts };
  },
  selectItems(body, indices) {
    if (!isJsonObject(body) || !Array.isArray(body.texts)) return body;
    const { texts } = body;
    return { ...body, texts: indices.map((index) => texts[index] ?? null) };
  },
  readAnswer(answer, count) {
    const listed = vectorsOf(answer);
    const vectors = Array.isArray(listed) ? listed.flatMap((entry) => readVector(entry) ?? []) : [];
    return vectors.length === count ? vectors : undefined;
  },
  readTokens(answer) {
    const meta = isJsonObject(answer) ? answer.meta : undefined;
    const billed = isJsonObject(meta) ? meta.billed_units : undefined;
    const tokens = isJsonObject(billed) ? billed.input_tokens : undefined;
    return typeof tokens === "number" ? tokens : null;
  },
  writeAnswer(call, values, tokens): Json {
    const { texts, ...body } = readBody(call);
    const vectors = values.map(writeVector);
    const isTyped = call.path.startsWith("/v2/") || body.embedding_types !== undefined;
    return {
      id: hash("sha256", canonicalJson({ ...body, texts })).slice(0, 24),
      response_type: isTyped ? "embeddings_by_type" : "embeddings_floats",
      embeddings: isTyped ? { float: vectors } : vectors,
      texts,
      meta: {
        api_version: { version: call.path.startsWith("/v2/") ? "2" : "1" },
        ...(tokens !== null && { billed_units: { input_tokens: tokens } }),
      },
    };
  },
};
