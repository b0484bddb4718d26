/** OpenAI's embeddings: a vector for each text, as numbers or as base64 of float32. */
import { mapMembers, VOLATILES } from "../canonical.ts";
import { isJsonObject } from "../json.ts";
import { readVector, toBase64, writeVector } from "../vectors.ts";
import { itemsOf } from "./embedding-input.ts";
import { OPENAI } from "./openai.ts";
import { type ItemWire, UnreadableRequest } from "./wire.ts";

/** `encoding_format` says how the vectors are written, not what they are. */
const PLACED_FIELDS = new Set(["model", "input", "encoding_format"]);

export const openaiEmbeddings: ItemWire = {
  ...OPENAI,
  kind: "items",
  purpose: "embeddings",
  route: "/embeddings",
  readRequest({ body }) {
    if (!isJsonObject(body)) throw new UnreadableRequest("The request's body is not a JSON object.");
    const { model, input } = body;
    if (typeof model !== "string") throw new UnreadableRequest("The request names no `model`.");
    if (input === undefined) throw new UnreadableRequest("The request has no `input`.");
    const parameters = mapMembers(body, (field, value) =>
      PLACED_FIELDS.has(field) || VOLATILES.requestFields.has(field) ? undefined : value,
    );
    return { model, parameters, items: itemsOf(input) };
  },
  selectItems(body, indices) {
    if (!isJsonObject(body)) return body;
    const items = itemsOf(body.input ?? null);
    return { ...body, input: indices.map((index) => items[index] ?? null) };
  },
  readAnswer(answer, count) {
    const data = isJsonObject(answer) && Array.isArray(answer.data) ? answer.data : [];
    const vectors = new Map<number, Float32Array>();
    for (const [place, entry] of data.entries()) {
      if (!isJsonObject(entry)) continue;
      const { index = place, embedding } = entry;
      const vector = readVector(embedding);
      if (vector) vectors.set(Number(index), vector);
    }
    const ordered = Array.from({ length: count }, (_, index) => vectors.get(index));
    return ordered.every((vector) => vector !== undefined) ? ordered : undefined;
  },
  readTokens(answer) {
    const usage = isJsonObject(answer) ? answer.usage : undefined;
    const tokens = isJsonObject(usage) ? usage.prompt_tokens : undefined;
    return typeof tokens === "number" ? tokens : null;
  },
  writeAnswer({ body }, values, tokens) {
    const { model = "", encoding_format: encoding = "float" } = isJsonObject(body) ? body : {};
    const data = values.map((value, index) => {
      const vector = writeVector(value);
      return {
        object: "embedding",
        index,
        embedding: encoding === "base64" ? toBase64(Float32Array.from(vector)) : vector,
      };
    });
    const usage = { prompt_tokens: tokens ?? 0, total_tokens: tokens ?? 0 };
    return { object: "list", data, model, usage };
  },
};
