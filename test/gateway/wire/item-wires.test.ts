import { describe, expect, test } from "vitest";
import { ATTRIBUTION_HEADERS } from "../../../src/daemon-protocol.ts";
import type { GatewayTest } from "../../../src/gateway/gateway-test.ts";
import { startGateway } from "../gateway-fixture.ts";
import type { Script, ScriptedRequest } from "../scripted-openai.ts";

type Fixture = Awaited<ReturnType<typeof startGateway>>;

/** Three numbers that hang on the text alone. */
function vectorOf(text: string): number[] {
  return [...Float32Array.of(text.length / 7, (text.codePointAt(0) ?? 0) / 3, 0.1)];
}

/** How many of the query's letters a text has: "aa" and "a" are equal. */
function scoreOf(query: string, text: string): number {
  const letters = new Set(query);
  return [...letters].filter((letter) => text.includes(letter)).length / letters.size;
}

const bodyOf = <T>({ body }: ScriptedRequest) => body as T;

/** A test against the provider: `purpose` is what it serves. In `replay` there is none. */
function testOf(
  f: Fixture,
  mode: "record" | "replay",
  provider: string,
  purpose: "embeddings" | "reranker",
): GatewayTest {
  if (mode === "replay") return { ...f.test(mode), upstreams: {} };
  const baseUrl = f.provider.baseUrl.replace("/v1", "");
  return { ...f.test(mode), upstreams: { [purpose]: { provider, baseUrl, apiKey: "configured" } } };
}

async function post(f: Fixture, provider: "tei" | "cohere" | "gemini", path: string, body: unknown) {
  const response = await fetch(f.gateway.baseUrl("1", provider) + path, {
    method: "POST",
    headers: { "content-type": "application/json", [ATTRIBUTION_HEADERS.sandbox]: "test" },
    body: JSON.stringify(body),
  });
  return { status: response.status, body: (await response.json()) as unknown };
}

describe("Text Embeddings Inference", () => {
  const tei: Script = (request) => {
    if (request.path === "/embed") {
      const { inputs } = bodyOf<{ inputs: string | string[] }>(request);
      return { status: 200, body: [inputs].flat().map(vectorOf) };
    }
    const { query, texts } = bodyOf<{ query: string; texts: string[] }>(request);
    // Servers have answered in an order of their own.
    return {
      status: 200,
      body: texts.map((text, index) => ({ index, score: scoreOf(query, text) })).reverse(),
    };
  };

  test("embeds texts one by one, however they are put together", async () => {
    const f = await startGateway({ script: tei });
    await f.gateway.beginTest(testOf(f, "record", "tei", "embeddings"));
    const texts = ["one", "", "drei 🦆", "one"];
    const recorded = await post(f, "tei", "/embed", { inputs: texts, truncate: true });
    expect(recorded).toEqual({ status: 200, body: texts.map(vectorOf) });
    await f.end();
    await f.provider.close();
    await f.gateway.beginTest(testOf(f, "replay", "tei", "embeddings"));
    expect(await post(f, "tei", "/embed", { truncate: true, inputs: "drei 🦆" })).toEqual({
      status: 200,
      body: [vectorOf("drei 🦆")],
    });
    const rest = await post(f, "tei", "/embed", { inputs: ["", "one"], truncate: true, normalize: true });
    expect(rest.body).toEqual([vectorOf(""), vectorOf("one")]);
    expect(await f.end()).toMatchObject({ misses: [], unused: [] });
  });

  test("what shapes a vector tells two requests apart", async () => {
    const f = await startGateway({ script: tei });
    await f.gateway.beginTest(testOf(f, "record", "tei", "embeddings"));
    await post(f, "tei", "/embed", { inputs: ["one"] });
    await f.end();
    await f.gateway.beginTest(testOf(f, "replay", "tei", "embeddings"));
    const refused = await post(f, "tei", "/embed", { inputs: ["one"], normalize: false });
    expect(refused).toEqual({
      status: 400,
      body: { error: expect.stringContaining("cassette"), error_type: "Validation" },
    });
    expect((await f.end()).misses).toHaveLength(1);
  });

  test("ranks pairs one by one: the best first, equal ones in the order of the texts", async () => {
    const f = await startGateway({ script: tei });
    await f.gateway.beginTest(testOf(f, "record", "tei", "reranker"));
    const query = "ab";
    const recorded = await post(f, "tei", "/rerank", { query, texts: ["x", "a", "ab", "b"] });
    expect(recorded.body).toEqual([
      { index: 2, score: 1 },
      { index: 1, score: 0.5 },
      { index: 3, score: 0.5 },
      { index: 0, score: 0 },
    ]);
    await f.end();
    await f.provider.close();
    await f.gateway.beginTest(testOf(f, "replay", "tei", "reranker"));
    const first = await post(f, "tei", "/rerank", { query, texts: ["b", "a"], return_text: true });
    expect(first.body).toEqual([
      { index: 0, text: "b", score: 0.5 },
      { index: 1, text: "a", score: 0.5 },
    ]);
    const second = await post(f, "tei", "/rerank", { query, texts: ["x", "ab"], raw_scores: false });
    expect(second.body).toEqual([
      { index: 1, score: 1 },
      { index: 0, score: 0 },
    ]);
    expect(await f.end()).toMatchObject({ misses: [], unused: [] });
  });

  test("says without the provider that it is there", async () => {
    const f = await startGateway({ script: tei });
    const base = f.gateway.baseUrl("1", "tei");
    expect(await (await fetch(`${base}/info`)).json()).toMatchObject({ model_id: "tei" });
    expect((await fetch(`${base}/health`)).status).toBe(200);
    expect(f.provider.requests).toEqual([]);
  });
});

describe("Cohere", () => {
  const cohere: Script = (request) => {
    if (request.path.endsWith("/embed")) {
      const { texts } = bodyOf<{ texts: string[] }>(request);
      return {
        status: 200,
        body: {
          id: "random",
          embeddings: { float: texts.map(vectorOf) },
          meta: { billed_units: { input_tokens: 3 * texts.length } },
        },
      };
    }
    const { query, documents, top_n } = bodyOf<{
      query: string;
      documents: (string | { text: string })[];
      top_n?: number;
    }>(request);
    const results = documents
      .map((document, index) => ({
        index,
        relevance_score: scoreOf(query, typeof document === "string" ? document : document.text),
      }))
      .sort((a, b) => b.relevance_score - a.relevance_score)
      .slice(0, top_n);
    return { status: 200, body: { id: "random", results, usage: { total_tokens: 10 } } };
  };

  // Each as one of the services has it; the last is the whole address, which a server was given.
  test.each(["/v1/rerank", "/v2/rerank", "/rerank", "/v1/models/rerank", "/compatible-api/v1/reranks", ""])(
    "ranks pairs one by one at %j",
    async (path) => {
      const f = await startGateway({ script: cohere });
      await f.gateway.beginTest(testOf(f, "record", "cohere", "reranker"));
      const model = "rerank-v3.5";
      const documents = ["x", "a", { text: "ab" }, "b"];
      const recorded = await post(f, "cohere", path, { model, query: "ab", documents, top_n: 1 });
      expect(recorded).toMatchObject({ status: 200, body: { results: [{ index: 2, relevance_score: 1 }] } });
      expect(f.provider.requests[0]).toMatchObject({
        headers: { authorization: "Bearer configured" },
        body: { top_n: 4 },
      });
      await f.end();
      await f.provider.close();
      await f.gateway.beginTest(testOf(f, "replay", "cohere", "reranker"));
      const again = await post(f, "cohere", path, { model, query: "ab", documents, top_n: 1 });
      expect(again).toEqual(recorded);
      const others = await post(f, "cohere", path, {
        query: "ab",
        documents: ["b", { text: "ab" }, "a"],
        model,
        return_documents: true,
      });
      expect(others.body).toMatchObject({
        results: [
          { index: 1, relevance_score: 1, document: { text: "ab" } },
          { index: 0, relevance_score: 0.5, document: { text: "b" } },
          { index: 2, relevance_score: 0.5, document: { text: "a" } },
        ],
      });
      expect(await f.end()).toMatchObject({ misses: [], unused: [] });
    },
  );

  test("an answer that leaves documents out is passed on, and not recorded", async () => {
    const results = [{ index: 0, relevance_score: 1 }];
    const f = await startGateway({ script: () => ({ status: 200, body: { results } }) });
    await f.gateway.beginTest(testOf(f, "record", "cohere", "reranker"));
    const request = { model: "m", query: "q", documents: ["a", "b"] };
    expect((await post(f, "cohere", "/v2/rerank", request)).body).toEqual({ results });
    expect((await f.end()).written).toBeNull();
  });

  test("embeds texts one by one", async () => {
    const f = await startGateway({ script: cohere });
    await f.gateway.beginTest(testOf(f, "record", "cohere", "embeddings"));
    const request = {
      model: "embed-v4.0",
      input_type: "search_document",
      embedding_types: ["float"],
    };
    const recorded = await post(f, "cohere", "/v2/embed", { ...request, texts: ["a", "bb", "ccc"] });
    expect(recorded.body).toMatchObject({
      embeddings: { float: ["a", "bb", "ccc"].map(vectorOf) },
      meta: { billed_units: { input_tokens: 9 } },
    });
    await f.end();
    await f.provider.close();
    await f.gateway.beginTest(testOf(f, "replay", "cohere", "embeddings"));
    for (const texts of [["ccc"], ["bb", "a"]]) {
      const { body } = await post(f, "cohere", "/v2/embed", { ...request, texts });
      expect(body).toMatchObject({ embeddings: { float: texts.map(vectorOf) }, texts });
    }
    const query = { ...request, input_type: "search_query", texts: ["a"] };
    expect((await post(f, "cohere", "/v2/embed", query)).status).toBe(400);
    const bytes = { ...request, embedding_types: ["int8"], texts: ["a"] };
    expect((await post(f, "cohere", "/v2/embed", bytes)).body).toMatchObject({
      message: expect.stringContaining("only `float`"),
    });
    expect((await f.end()).misses).toHaveLength(2);
  });
});

describe("Gemini", () => {
  const gemini: Script = (request) => {
    const { requests } = bodyOf<{ requests: { content: { parts: { text: string }[] } }[] }>(request);
    return {
      status: 200,
      body: {
        embeddings: requests.map(({ content }) => ({ values: vectorOf(content.parts[0]?.text ?? "") })),
      },
    };
  };

  test("embeds the contents of a batch one by one", async () => {
    const f = await startGateway({ script: gemini });
    const path = "/v1beta/models/gemini-embedding-001:batchEmbedContents";
    const batch = (texts: string[]) => ({
      requests: texts.map((text) => ({
        model: "models/gemini-embedding-001",
        content: { parts: [{ text }] },
        taskType: "RETRIEVAL_DOCUMENT",
      })),
    });
    await f.gateway.beginTest(testOf(f, "record", "gemini", "embeddings"));
    const recorded = await post(f, "gemini", path, batch(["a", "bb"]));
    expect(recorded.body).toEqual({ embeddings: [{ values: vectorOf("a") }, { values: vectorOf("bb") }] });
    expect(f.provider.requests[0]).toMatchObject({ path, headers: { "x-goog-api-key": "configured" } });
    const { calls } = await f.end();
    expect(calls[0]).toMatchObject({ model: "gemini-embedding-001", source: "provider" });
    await f.provider.close();
    await f.gateway.beginTest(testOf(f, "replay", "gemini", "embeddings"));
    expect((await post(f, "gemini", path, batch(["bb"]))).body).toEqual({
      embeddings: [{ values: vectorOf("bb") }],
    });
    await post(f, "gemini", path, batch(["a"]));
    expect(await f.end()).toMatchObject({ misses: [], unused: [] });
  });
});
