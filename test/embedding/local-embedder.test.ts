import { expect, test } from "vitest";
import { createEmbedder } from "../../src/embedding/create-embedder.ts";
import { loadLocalEmbedder } from "../../src/embedding/local-embedder.ts";
import { unattributed } from "../../src/remote/attribution.ts";
import { readEmbeddingSettings } from "../../src/settings/embedding-settings.ts";

const settings = (variables: Record<string, string>) =>
  readEmbeddingSettings(
    Object.fromEntries(Object.entries(variables).map(([name, value]) => [`HINDSIGHT_API_${name}`, value])),
  );

/** The library, as far as it is used; a text's vector is its length. */
function library() {
  const calls: unknown[] = [];
  const load = async () => ({
    pipeline: async (task: string, model: string) => {
      calls.push([task, model]);
      return async (texts: string[], options: object) => {
        calls.push([texts, options]);
        return { tolist: () => texts.map((text) => [3 * text.length, 4 * text.length]) };
      };
    },
  });
  return { calls, load };
}

test("local is the model that upstream takes, in batches, at unit length", async () => {
  const { calls, load } = library();
  const embedder = await loadLocalEmbedder(settings({ EMBEDDINGS_PROVIDER: "local" }), load);
  expect(embedder).toMatchObject({ provider: "local", dimension: 2 });
  const texts = Array.from({ length: 33 }, (_, index) => `text ${index}`);
  const vectors = await embedder.embed(texts);
  expect(vectors).toHaveLength(33);
  expect([...(vectors[32] ?? [])]).toEqual([0.6, 0.8].map(Math.fround));
  const options = { pooling: "cls", normalize: true };
  expect(calls).toEqual([
    ["feature-extraction", "BAAI/bge-small-en-v1.5"],
    [["test"], options],
    [texts.slice(0, 32), options],
    [texts.slice(32), options],
  ]);
});

test("onnx tells questions from passages, and takes the configured model", async () => {
  const { calls, load } = library();
  const embedder = await loadLocalEmbedder(
    settings({
      EMBEDDINGS_PROVIDER: "onnx",
      EMBEDDINGS_ONNX_MODEL_ID: "some/model",
      EMBEDDINGS_ONNX_POOLING: "cls",
    }),
    load,
  );
  await embedder.embed(["who"], { purpose: "query" });
  await embedder.embed(["Ann"]);
  expect(calls[0]).toEqual(["feature-extraction", "some/model"]);
  expect(calls.slice(2)).toEqual([
    [["query: who"], { pooling: "cls", normalize: true }],
    [["passage: Ann"], { pooling: "cls", normalize: true }],
  ]);
});

test.each<[string, () => Promise<unknown>, RegExp]>([
  ["no package", () => Promise.reject(new Error("not found")), /package .* could not be loaded: not found/],
  ["another package", async () => ({}), /has no `pipeline`/],
  [
    "no weights",
    async () => ({ pipeline: () => Promise.reject(new Error("fetch failed")) }),
    /BAAI\/bge-small-en-v1.5 could not be loaded: fetch failed/,
  ],
])("%s is told with the remedy", async (_name, load, message) => {
  await expect(loadLocalEmbedder(settings({ EMBEDDINGS_PROVIDER: "local" }), load)).rejects.toMatchObject({
    code: "LOCAL_MODEL_UNAVAILABLE",
    message: expect.stringMatching(message),
  });
});

test("the package itself is not there unless the user has it", async () => {
  await expect(
    createEmbedder(settings({ EMBEDDINGS_PROVIDER: "local" }), { jitter: 0, attribute: unattributed }),
  ).rejects.toMatchObject({
    code: "LOCAL_MODEL_UNAVAILABLE",
  });
});
