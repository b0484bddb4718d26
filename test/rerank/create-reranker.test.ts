import { describe, expect, test } from "vitest";
import { unattributed } from "../../src/remote/attribution.ts";
import { createReranker } from "../../src/rerank/create-reranker.ts";
import type { Reranker } from "../../src/rerank/types.ts";
import { readRerankerSettings } from "../../src/settings/reranker-settings.ts";
import {
  type ServiceAnswer,
  type ServiceRequest,
  startScriptedService,
} from "../support/scripted-service.ts";

function create(variables: Record<string, string>) {
  const named = Object.entries({ RERANKER_INITIAL_BACKOFF: "0.001", ...variables });
  const environment = Object.fromEntries(named.map(([name, value]) => [`HINDSIGHT_API_${name}`, value]));
  return createReranker(readRerankerSettings(environment), { jitter: 0, attribute: unattributed });
}

function score(reranker: Reranker | null, documents: string[], signal?: AbortSignal) {
  const candidates = documents.map((document, position) => ({
    id: `u${position}`,
    document,
    text: document,
    context: null,
    source: null,
    factType: "world",
    documentId: null,
    position,
    occurredStart: null,
    occurredEnd: null,
    mentionedAt: null,
  }));
  if (!reranker) throw new Error("no reranker");
  return reranker.score("the query", candidates, { now: new Date(0), signal });
}

/** A document's score is the number that it holds. */
const numberOf = (text: string) => Number(text.replace(/\D/g, ""));

describe("tei", () => {
  function answer({ path, body }: ServiceRequest): ServiceAnswer {
    if (path === "/info") return { body: { model_id: "m" } };
    const { texts } = body as { texts: string[] };
    return { body: texts.map((text, index) => ({ index, score: numberOf(text) })).reverse() };
  }

  test("is asked whether it is there, then for scores in batches, which come back in any order", async () => {
    const service = await startScriptedService(answer);
    const reranker = await create({
      RERANKER_PROVIDER: "tei",
      RERANKER_TEI_URL: `${service.url}/`,
      RERANKER_TEI_BATCH_SIZE: "2",
    });
    expect(reranker?.provider).toBe("tei");
    expect(await score(reranker, ["d 3", "d 1", "d 2"])).toEqual([3, 1, 2]);
    expect(await score(reranker, [])).toEqual([]);
    expect(service.requests.map(({ method, path }) => `${method} ${path}`)).toEqual([
      "GET /info",
      "POST /rerank",
      "POST /rerank",
    ]);
    expect(service.requests[1]?.body).toEqual({
      query: "the query",
      texts: ["d 3", "d 1"],
      return_text: false,
    });
  });

  test("wants a URL, and must answer at the start", async () => {
    await expect(create({ RERANKER_PROVIDER: "tei" })).rejects.toMatchObject({ code: "INVALID_OPTION" });
    const service = await startScriptedService(() => ({ status: 404, body: {} }));
    await expect(create({ RERANKER_PROVIDER: "tei", RERANKER_TEI_URL: service.url })).rejects.toMatchObject({
      code: "SERVICE_UNREACHABLE",
    });
  });

  test("what is no list of scores for the texts is an error", async () => {
    const service = await startScriptedService((request) =>
      request.path === "/info" ? answer(request) : { body: [{ index: 5, score: 1 }] },
    );
    const reranker = await create({ RERANKER_PROVIDER: "tei", RERANKER_TEI_URL: service.url });
    await expect(score(reranker, ["a"])).rejects.toMatchObject({ kind: "answer" });
  });
});

describe("cohere", () => {
  const variables = { RERANKER_PROVIDER: "cohere", RERANKER_COHERE_API_KEY: "secret" };

  function answer({ body }: ServiceRequest): ServiceAnswer {
    const { documents } = body as { documents: string[] };
    const results = documents.map((text, index) => ({ index, relevance_score: numberOf(text) / 10 }));
    return { body: { results: results.reverse() } };
  }

  test("gets all candidates in one request", async () => {
    const service = await startScriptedService(answer);
    const reranker = await create({ ...variables, RERANKER_COHERE_BASE_URL: `${service.url}/rerank?v=1` });
    expect(service.requests).toHaveLength(0);
    const documents = Array.from({ length: 300 }, (_, index) => `d ${index}`);
    const scores = (await score(reranker, documents)) ?? [];
    expect([scores[0], scores[299]]).toEqual([0, 29.9]);
    expect(service.requests).toHaveLength(1);
    expect(service.requests[0]?.path).toBe("/rerank?v=1");
    expect(service.requests[0]?.headers.authorization).toBe("Bearer secret");
    expect(service.requests[0]?.body).toEqual({
      model: "rerank-english-v3.0",
      query: "the query",
      documents,
      return_documents: false,
    });
  });

  test.each([
    [500, 4],
    [429, 4],
    [400, 1],
    [401, 1],
  ])("status %i is asked %i times", async (status, count) => {
    const service = await startScriptedService(() => ({ status, body: { message: "no" } }));
    const reranker = await create({ ...variables, RERANKER_COHERE_BASE_URL: service.url });
    await expect(score(reranker, ["a"])).rejects.toMatchObject({ kind: "status", status });
    expect(service.requests).toHaveLength(count);
  });

  test("a connection that breaks in the middle is retried; one that hangs ends with the caller", async () => {
    const service = await startScriptedService((request, count) =>
      count === 1 ? { breaks: true } : answer(request),
    );
    const reranker = await create({ ...variables, RERANKER_COHERE_BASE_URL: service.url });
    expect(await score(reranker, ["d 7"])).toEqual([0.7]);
    const hanging = await startScriptedService(() => ({ hangs: true }));
    const stuck = await create({ ...variables, RERANKER_COHERE_BASE_URL: hanging.url });
    const controller = new AbortController();
    const call = score(stuck, ["a"], controller.signal);
    await hanging.firstRequest;
    controller.abort(new Error("gone"));
    await expect(call).rejects.toThrow("gone");
    await hanging.brokenOff;
  });

  test("is refused without a key", async () => {
    await expect(create({ RERANKER_PROVIDER: "cohere" })).rejects.toMatchObject({
      code: "SERVICE_KEY_MISSING",
    });
  });
});

describe("those that are like cohere", () => {
  test.each([
    ["openrouter", "", "cohere/rerank-v3.5", false],
    ["siliconflow", "/rerank", "BAAI/bge-reranker-v2-m3", true],
    ["zeroentropy", "/v1/models/rerank", "zerank-2", true],
    ["litellm", "/rerank", "cohere/rerank-english-v3.0", true],
  ])("%s", async (provider, path, model, sendsCount) => {
    const service = await startScriptedService(() => ({
      body: { results: [{ index: 0, relevance_score: 0.3 }] },
    }));
    const name = provider.toUpperCase();
    const address = provider === "litellm" ? "API_BASE" : "BASE_URL";
    const reranker = await create({
      RERANKER_PROVIDER: provider,
      [`RERANKER_${name}_API_KEY`]: "secret",
      [`RERANKER_${name}_${address}`]: `${service.url}/base`,
    });
    expect(await score(reranker, ["a"])).toEqual([0.3]);
    expect(service.requests[0]?.path).toBe(`/base${path}`);
    expect(service.requests[0]?.headers.authorization).toBe("Bearer secret");
    expect(service.requests[0]?.body).toEqual({
      model,
      query: "the query",
      documents: ["a"],
      return_documents: false,
      ...(sendsCount && { top_n: 1 }),
    });
  });
});

describe("a chain", () => {
  const first = {
    RERANKER_PROVIDER: "cohere",
    RERANKER_COHERE_API_KEY: "k",
    RERANKER_MAX_RETRIES: "0",
  };

  test("asks the next one when one fails, with settings of its own", async () => {
    const down = await startScriptedService(() => ({ status: 500, body: {} }));
    const up = await startScriptedService(({ body }) =>
      body === undefined ? { body: {} } : { body: [{ index: 0, score: 0.7 }] },
    );
    const reranker = await create({
      ...first,
      RERANKER_COHERE_BASE_URL: down.url,
      RERANKER_1_PROVIDER: "tei",
      RERANKER_1_TEI_URL: up.url,
    });
    expect(reranker?.provider).toBe("cohere");
    expect(await score(reranker, ["a"])).toEqual([0.7]);
    expect(await score(reranker, ["a"])).toEqual([0.7]);
    expect(down.requests).toHaveLength(2);
    expect(up.requests.filter(({ path }) => path === "/info")).toHaveLength(1);
  });

  test("with rrf at its end leaves the candidates in their order; without, the last error is thrown", async () => {
    const down = await startScriptedService(() => ({ status: 500, body: {} }));
    const cohere = { ...first, RERANKER_COHERE_BASE_URL: down.url };
    expect(await score(await create({ ...cohere, RERANKER_1_PROVIDER: "rrf" }), ["a"])).toBeNull();
    const other = await startScriptedService(() => ({ status: 403, body: {} }));
    const both = await create({ ...cohere, RERANKER_1_PROVIDER: "tei", RERANKER_1_TEI_URL: other.url });
    await expect(score(both, ["a"])).rejects.toMatchObject({ status: 403 });
  });

  test("a further member takes no key of the primary's, and no shared one", async () => {
    await expect(
      create({ RERANKER_PROVIDER: "rrf", RERANKER_1_PROVIDER: "cohere", COHERE_API_KEY: "shared" }),
    ).rejects.toMatchObject({ code: "SERVICE_KEY_MISSING" });
  });
});

test("rrf is none, and an unknown one is refused by name", async () => {
  expect(await create({ RERANKER_PROVIDER: "rrf" })).toBeNull();
  await expect(create({ RERANKER_PROVIDER: "coin" })).rejects.toThrow(/RERANKER_PROVIDER must be one of/);
});
