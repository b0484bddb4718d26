import { describe, expect, test } from "vitest";
import { createEmbedder } from "../../src/embedding/create-embedder.ts";
import { TestkitError } from "../../src/errors/testkit-error.ts";
import { readEmbeddingSettings } from "../../src/settings/embedding-settings.ts";
import {
  type ServiceAnswer,
  type ServiceRequest,
  startScriptedService,
} from "../support/scripted-service.ts";

function create(environment: Record<string, string>) {
  const variables = Object.entries(environment).map(([name, value]) => [`HINDSIGHT_API_${name}`, value]);
  return createEmbedder(readEmbeddingSettings(Object.fromEntries(variables)), { jitter: 0 });
}

/** Each text's vector is its number and its length, not at unit length. */
const vectorOf = (text: string) => [Number(text.replace(/\D/g, "")) || 0, text.length, 0];

function openAiAnswer(request: ServiceRequest, encode: (vector: number[]) => unknown): ServiceAnswer {
  const { input } = request.body as { input: string[] };
  const data = input.map((text, index) => ({ index, embedding: encode(vectorOf(text)) }));
  return { body: { data: data.reverse() } };
}

const asBase64 = (vector: number[]) => Buffer.from(new Float32Array(vector).buffer).toString("base64");

function unit(vector: number[]): number[] {
  const length = Math.hypot(...vector);
  return vector.map((value) => value / length);
}

test("without a provider it is the offline one", async () => {
  expect(await create({})).toMatchObject({ provider: "offline", dimension: 384 });
});

describe("openai", () => {
  const openAi = (url: string, more: Record<string, string> = {}) =>
    create({
      EMBEDDINGS_PROVIDER: "OpenAI",
      EMBEDDINGS_OPENAI_BASE_URL: `${url}/v1?api-version=7`,
      LLM_API_KEY: "of the model",
      EMBEDDINGS_OPENAI_MODEL: "m",
      ...more,
    });

  test.each([
    ["base64", asBase64],
    ["lists", (vector: number[]) => vector],
  ])(
    "finds its dimension, asks as upstream does, and reads %s in the order of index",
    async (_name, encode) => {
      const service = await startScriptedService((request) => openAiAnswer(request, encode));
      const embedder = await openAi(service.url);
      expect(embedder.dimension).toBe(3);
      const [first, second] = await embedder.embed(["text 1", "a text 22"]);
      expect([...(first ?? [])]).toEqual(unit([1, 6, 0]).map(Math.fround));
      expect([...(second ?? [])]).toEqual(unit([22, 9, 0]).map(Math.fround));
      expect(service.requests.map(({ path, body }) => [path, body])).toEqual([
        ["/v1/embeddings?api-version=7", { input: ["test"], model: "m", encoding_format: "base64" }],
        [
          "/v1/embeddings?api-version=7",
          { input: ["text 1", "a text 22"], model: "m", encoding_format: "base64" },
        ],
      ]);
      expect(service.requests[0]?.headers.authorization).toBe("Bearer of the model");
    },
  );

  test("does not ask for a dimension that is configured or known", async () => {
    const service = await startScriptedService((request) => openAiAnswer(request, asBase64));
    const configured = await openAi(service.url, { EMBEDDINGS_OPENAI_DIMENSIONS: "3" });
    expect(service.requests).toHaveLength(0);
    await configured.embed(["x"]);
    expect(service.requests[0]?.body).toMatchObject({ dimensions: 3 });
    const known = await openAi(service.url, { EMBEDDINGS_OPENAI_MODEL: "text-embedding-3-large" });
    expect(known.dimension).toBe(3072);
    await expect(known.embed(["x"])).rejects.toThrow("a vector of 3 dimensions, and 3072");
  });

  test("splits many texts into requests, a few at once, and keeps their order", async () => {
    let open = 0;
    let most = 0;
    const service = await startScriptedService((request) => {
      open += 1;
      most = Math.max(most, open);
      setImmediate(() => {
        open -= 1;
      });
      return openAiAnswer(request, asBase64);
    });
    const embedder = await openAi(service.url, {
      EMBEDDINGS_OPENAI_BATCH_SIZE: "2",
      EMBEDDINGS_MAX_CONCURRENT_REQUESTS: "2",
      EMBEDDINGS_OPENAI_API_KEY: "own",
    });
    const texts = Array.from({ length: 9 }, (_, index) => `n ${index + 1}`);
    const vectors = await embedder.embed(texts);
    expect(vectors.map((vector) => Math.round(((vector[0] ?? 0) / (vector[1] ?? 1)) * 3))).toEqual(
      texts.map((_, index) => index + 1),
    );
    expect(service.requests.slice(1).map(({ body }) => (body as { input: string[] }).input.length)).toEqual(
      expect.arrayContaining([2, 2, 2, 2, 1]),
    );
    expect(most).toBeLessThanOrEqual(2);
    expect(service.requests[1]?.headers.authorization).toBe("Bearer own");
  });

  test("is refused without a key", async () => {
    await expect(create({ EMBEDDINGS_PROVIDER: "openai" })).rejects.toSatisfy((error) =>
      TestkitError.is(error, "SERVICE_KEY_MISSING"),
    );
  });
});

test("an unknown provider is refused by name", async () => {
  await expect(create({ EMBEDDINGS_PROVIDER: "psychic" })).rejects.toThrow(
    /EMBEDDINGS_PROVIDER must be one of offline/,
  );
});
