import { describe, expect, test } from "vitest";
import { createEmbedder } from "../../src/embedding/create-embedder.ts";
import { JSON_APIS, jsonService } from "../../src/embedding/json-service.ts";
import { TestkitError } from "../../src/errors/testkit-error.ts";
import { unattributed } from "../../src/remote/attribution.ts";
import { readEmbeddingSettings } from "../../src/settings/embedding-settings.ts";
import {
  type ServiceAnswer,
  type ServiceRequest,
  startScriptedService,
} from "../support/scripted-service.ts";

function create(environment: Record<string, string>) {
  const variables = Object.entries(environment).map(([name, value]) => [`HINDSIGHT_API_${name}`, value]);
  return createEmbedder(readEmbeddingSettings(Object.fromEntries(variables)), {
    jitter: 0,
    attribute: unattributed,
  });
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

describe("openai that fails", () => {
  async function failing(answers: (ServiceAnswer | "good")[], more: Record<string, string> = {}) {
    const service = await startScriptedService((request, count) => {
      const answer = answers[count - 1] ?? "good";
      return answer === "good" ? openAiAnswer(request, asBase64) : answer;
    });
    const environment = {
      EMBEDDINGS_PROVIDER: "openai",
      EMBEDDINGS_OPENAI_BASE_URL: service.url,
      EMBEDDINGS_OPENAI_API_KEY: "k",
      EMBEDDINGS_OPENAI_DIMENSIONS: "3",
      ...more,
    };
    return { service, embedder: await create(environment) };
  }
  /** Asked to come back at once, so that the test does not wait. */
  const soon = (status: number): ServiceAnswer => ({ status, headers: { "retry-after": "0.001" }, body: {} });

  test.each([408, 409, 429, 500, 503])("status %i is retried", async (status) => {
    const { service, embedder } = await failing([soon(status), soon(status)]);
    expect(await embedder.embed(["x"])).toHaveLength(1);
    expect(service.requests).toHaveLength(3);
  });

  test("after five attempts the service's words are thrown", async () => {
    const { service, embedder } = await failing(
      Array.from({ length: 9 }, () => ({ ...soon(500), body: { error: { message: "no memory" } } })),
    );
    await expect(embedder.embed(["x"])).rejects.toMatchObject({
      status: 500,
      message: "HTTP 500: no memory",
    });
    expect(service.requests).toHaveLength(5);
  });

  test.each([400, 401, 404, 422])("status %i is not", async (status) => {
    const { service, embedder } = await failing([soon(status)]);
    await expect(embedder.embed(["x"])).rejects.toMatchObject({ status });
    expect(service.requests).toHaveLength(1);
  });

  test("a quota that is used up says when to come back", async () => {
    const used = { error: { code: "insufficient_quota", message: "You exceeded your quota" } };
    const { embedder } = await failing([{ status: 429, body: used }], { EMBEDDINGS_MAX_RETRIES: "0" });
    await expect(embedder.embed(["x"])).rejects.toMatchObject({ status: 429, retryAfterMs: 900_000 });
  });

  test.each<[string, unknown]>([
    ["no data", {}],
    ["too few vectors", { data: [] }],
    ["no numbers", { data: [{ index: 0, embedding: ["a", "b", "c"] }] }],
    ["half a float", { data: [{ index: 0, embedding: "AAAAAAA=" }] }],
    ["no JSON", "<html>"],
  ])("an answer with %s is an error, and not asked for again", async (_name, body) => {
    const { service, embedder } = await failing([{ body }]);
    await expect(embedder.embed(["x"])).rejects.toMatchObject({ kind: "answer" });
    expect(service.requests).toHaveLength(1);
  });

  test("one batch that fails stops the others", async () => {
    const { service, embedder } = await failing(
      Array.from({ length: 20 }, () => soon(401)),
      { EMBEDDINGS_OPENAI_BATCH_SIZE: "1", EMBEDDINGS_MAX_CONCURRENT_REQUESTS: "2" },
    );
    await expect(embedder.embed(Array.from({ length: 20 }, (_, index) => `n ${index}`))).rejects.toThrow(
      "401",
    );
    expect(service.requests.length).toBeLessThan(5);
  });

  test("a caller who goes away ends the request", async () => {
    const { service, embedder } = await failing([{ hangs: true }]);
    const controller = new AbortController();
    const call = embedder.embed(["x"], { signal: controller.signal });
    await service.firstRequest;
    controller.abort(new Error("gone"));
    await expect(call).rejects.toThrow("gone");
    await service.brokenOff;
  });
});

describe("what a text is sent as", () => {
  async function inputs(more: Record<string, string>, texts: string[], purpose: "query" | "passage") {
    const service = await startScriptedService((request) => openAiAnswer(request, asBase64));
    const embedder = await create({
      EMBEDDINGS_PROVIDER: "openai",
      EMBEDDINGS_OPENAI_BASE_URL: service.url,
      EMBEDDINGS_OPENAI_API_KEY: "k",
      EMBEDDINGS_OPENAI_DIMENSIONS: "3",
      ...more,
    });
    await embedder.embed(texts, { purpose });
    return service.requests.flatMap(({ body }) => (body as { input: string[] }).input);
  }

  test("a prefix says what it is for, where one is configured", async () => {
    const prefixes = { EMBEDDINGS_QUERY_PREFIX: "query: ", EMBEDDINGS_PASSAGE_PREFIX: "passage: " };
    expect(await inputs(prefixes, ["a"], "query")).toEqual(["query: a"]);
    expect(await inputs(prefixes, ["a"], "passage")).toEqual(["passage: a"]);
    expect(await inputs({}, ["a"], "query")).toEqual(["a"]);
  });

  test("what is too long is cut, unless it may have any length", async () => {
    const long = "one two three four five six";
    expect(await inputs({ EMBEDDINGS_MAX_INPUT_TOKENS: "3" }, [long], "passage")).toEqual(["one two three"]);
    expect(await inputs({ EMBEDDINGS_MAX_INPUT_TOKENS: "0" }, [long], "passage")).toEqual([long]);
  });
});

describe("tei", () => {
  function answer({ path, body }: ServiceRequest): ServiceAnswer {
    if (path === "/info") return { body: { model_id: "m" } };
    return { body: (body as { inputs: string[] }).inputs.map(vectorOf) };
  }

  test("is asked whether it is there, finds its dimension, and embeds in batches", async () => {
    const service = await startScriptedService(answer);
    const embedder = await create({
      EMBEDDINGS_PROVIDER: "tei",
      EMBEDDINGS_TEI_URL: service.url,
      EMBEDDINGS_TEI_BATCH_SIZE: "2",
    });
    expect(embedder).toMatchObject({ provider: "tei", dimension: 3 });
    expect(await embedder.embed(["n 1", "n 2", "n 3"])).toHaveLength(3);
    expect(service.requests.map(({ method, path, body }) => [`${method} ${path}`, body])).toEqual([
      ["GET /info", undefined],
      ["POST /embed", { inputs: ["test"] }],
      ["POST /embed", { inputs: ["n 1", "n 2"] }],
      ["POST /embed", { inputs: ["n 3"] }],
    ]);
  });

  test("must have a URL, and answer at the start", async () => {
    await expect(create({ EMBEDDINGS_PROVIDER: "tei" })).rejects.toMatchObject({ code: "INVALID_OPTION" });
    const service = await startScriptedService(() => ({ status: 400, body: "nothing here" }));
    await expect(
      create({ EMBEDDINGS_PROVIDER: "tei", EMBEDDINGS_TEI_URL: service.url }),
    ).rejects.toMatchObject({
      code: "SERVICE_UNREACHABLE",
      message: expect.stringContaining("nothing here"),
    });
  });
});

describe("other services", () => {
  const vectors = [
    [3, 4],
    [0, 1],
  ];
  const indexed = vectors.map((embedding, index) => ({ index, embedding })).reverse();

  test.each<[string, string, unknown, string, object]>([
    [
      "cohere",
      "BASE_URL",
      { embeddings: { float: vectors } },
      "/v2/embed",
      { model: "embed-english-v3.0", texts: ["a", "b"], input_type: "search_query" },
    ],
    [
      "zeroentropy",
      "BASE_URL",
      { results: vectors.map((embedding) => ({ embedding })) },
      "/v1/models/embed",
      { model: "zembed-1", input: ["a", "b"], input_type: "query", dimensions: 2 },
    ],
    [
      "nvidia",
      "BASE_URL",
      { data: indexed },
      "/embeddings",
      { input: ["a", "b"], input_type: "query", dimensions: 2, truncate: "END" },
    ],
    ["litellm", "API_BASE", { data: indexed }, "/embeddings", { input: ["a", "b"] }],
  ])("%s", async (provider, address, body, path, sent) => {
    const service = await startScriptedService((_, count) =>
      count === 1 ? { status: 503, body: {} } : { body },
    );
    const name = provider.toUpperCase();
    const embedder = await create({
      EMBEDDINGS_PROVIDER: provider,
      [`EMBEDDINGS_${name}_API_KEY`]: "secret",
      [`EMBEDDINGS_${name}_${address}`]: service.url,
      [`EMBEDDINGS_${name}_${provider === "cohere" ? "OUTPUT_DIMENSIONS" : "DIMENSIONS"}`]: "2",
      EMBEDDINGS_INITIAL_BACKOFF: "0.001",
    });
    const embedded = await embedder.embed(["a", "b"], { purpose: "query" });
    expect(embedded.map((vector) => [...vector])).toEqual([[0.6, 0.8].map(Math.fround), [0, 1]]);
    expect(service.requests.map((request) => request.path)).toEqual([path, path]);
    expect(service.requests[0]?.headers.authorization).toBe("Bearer secret");
    expect(service.requests[0]?.body).toMatchObject(sent);
  });

  test("google", async () => {
    const service = await startScriptedService(() => ({
      body: { embeddings: vectors.map((values) => ({ values })) },
    }));
    const api = JSON_APIS.google;
    if (!api) throw new Error("no google");
    const made = await jsonService(api, {
      provider: "google",
      baseUrl: service.url,
      apiKey: "secret",
      model: "gem",
      batchSize: 2,
      dimensions: 2,
      attribute: unattributed,
      retryPolicy: { retries: 0, initialBackoffMs: 1, maxBackoffMs: 1, jitter: 0 },
    }).request(["a", "b"], "passage", new AbortController().signal);
    expect(made).toEqual(vectors);
    expect(service.requests[0]).toMatchObject({
      path: "/models/gem:batchEmbedContents",
      headers: { "x-goog-api-key": "secret" },
      body: {
        requests: ["a", "b"].map((text) => ({
          model: "models/gem",
          content: { parts: [{ text }] },
          taskType: "RETRIEVAL_DOCUMENT",
          outputDimensionality: 2,
        })),
      },
    });
  });
});

test("a vector of zeros stays one: it is similar to nothing", async () => {
  const service = await startScriptedService(() => ({ body: { data: [{ index: 0, embedding: [0, 0] }] } }));
  const embedder = await create({
    EMBEDDINGS_PROVIDER: "openai",
    EMBEDDINGS_OPENAI_BASE_URL: service.url,
    LLM_API_KEY: "k",
    EMBEDDINGS_OPENAI_MODEL: "m",
  });
  expect(await embedder.embed(["x"])).toEqual([new Float32Array([0, 0])]);
});

test("an unknown provider is refused by name", async () => {
  await expect(create({ EMBEDDINGS_PROVIDER: "psychic" })).rejects.toThrow(
    /EMBEDDINGS_PROVIDER must be one of offline/,
  );
});
