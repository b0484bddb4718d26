/** Text Embeddings Inference: a vector for each text. */
import { isJsonObject, type Json } from "../json.ts";
import { readVector, writeVector } from "../vectors.ts";
import { itemsOf } from "./embedding-input.ts";
import { TEI, TEI_MODEL, teiParameters } from "./tei.ts";
import { type ItemWire, UnreadableRequest } from "./wire.ts";

const PLACED_FIELDS = new Set(["inputs"]);

export const teiEmbed: ItemWire = {
  ...TEI,
  kind: "items",
  purpose: "embeddings",
  route: "/embed",
  readRequest({ body }) {
    if (!isJsonObject(body)) throw new UnreadableRequest("The request's body is not a JSON object.");
    const { inputs } = body;
    if (inputs === undefined) throw new UnreadableRequest("The request has no `inputs`.");
    // `normalize` is on unless it is turned off, and `false` is what the other parameters are when they are left out.
    const normalize = body.normalize === false ? { normalize: false } : {};
    const { normalize: _, ...parameters } = teiParameters(body, PLACED_FIELDS);
    return { model: TEI_MODEL, parameters: { ...parameters, ...normalize }, items: itemsOf(inputs) };
  },
  selectItems(body, indices) {
    if (!isJsonObject(body)) return body;
    const items = itemsOf(body.inputs ?? null);
    return { ...body, inputs: indices.map((index) => items[index] ?? null) };
  },
  readAnswer(answer, count) {
    if (!Array.isArray(answer) || answer.length !== count) return undefined;
    const vectors = answer.flatMap((entry) => readVector(entry) ?? []);
    return vectors.length === count ? vectors : undefined;
  },
  readTokens: () => null,
  writeAnswer: (_call, values): Json => values.map(writeVector),
};
