import { randomUUID } from "node:crypto";
import { describe, expect, test } from "vitest";
import { CONTROL } from "../../src/daemon-protocol.ts";
import { serviceEnvironment } from "../../src/harness/service-options.ts";
import { started } from "../daemon/daemon-fixture.ts";
import { createTestDatabase } from "../support/database.ts";
import { startGateway } from "./gateway-fixture.ts";
import type { Script } from "./scripted-openai.ts";

/** The services of a server beside its model: whose APIs they are, and where these are below the provider's address. */
const TEI = { embeddings: { provider: "tei", at: "" }, reranker: { provider: "tei", at: "" } };
const OPENAI_AND_COHERE = {
  embeddings: { provider: "openai", model: "embedder", at: "/v1" },
  reranker: { provider: "cohere", model: "ranker", at: "/v2/rerank" },
};
type Services = Record<"embeddings" | "reranker", { provider: string; model?: string; at: string }>;

const vectorOf = (text: string) => [text.length, text.codePointAt(0) ?? 0, 1, 0.5];

/** Embeddings and rerankers, and a model that finds one fact a sentence. */
const services: Script = ({ path, body }) => {
  const {
    inputs = [],
    texts = [],
    input = [],
    documents = [],
  } = body as Record<"inputs" | "texts" | "input" | "documents", string[] | undefined>;
  if (path.endsWith("/embed")) return { status: 200, body: inputs.map(vectorOf) };
  if (path.endsWith("/v1/embeddings")) {
    const data = input.map((text, index) => ({ object: "embedding", index, embedding: vectorOf(text) }));
    return { status: 200, body: { object: "list", data, model: "embedder", usage: { prompt_tokens: 1 } } };
  }
  if (path.endsWith("/v2/rerank")) {
    const results = documents.map((text, index) => ({ index, relevance_score: 1 / text.length }));
    return { status: 200, body: { id: "r", results } };
  }
  if (path.endsWith("/rerank")) {
    return { status: 200, body: texts.map((text, index) => ({ index, score: 1 / text.length })) };
  }
  const fact = { what: "Mara repairs boats.", when: "N/A", where: "N/A", who: "N/A", why: "N/A" };
  return { content: JSON.stringify({ facts: [{ ...fact, fact_type: "world", entities: [] }] }) };
};

type Fixture = Awaited<ReturnType<typeof startGateway>>;

function upstreamsOf(f: Fixture, { embeddings, reranker }: Services) {
  const { origin } = new URL(f.provider.baseUrl);
  return {
    llm: { provider: "openai", baseUrl: f.provider.baseUrl },
    embeddings: { provider: embeddings.provider, baseUrl: origin + embeddings.at },
    reranker: { provider: reranker.provider, baseUrl: origin + reranker.at },
  };
}

/** Starts one of our servers whose model, embeddings and reranker are the gateway's. */
async function startServer(f: Fixture, mode: "record" | "replay", slot: string, used: Services) {
  const { url: database } = await createTestDatabase();
  const upstreams = mode === "record" ? upstreamsOf(f, used) : {};
  const settings = { slot, mode, cassette: f.path("start"), recordCommand: "record", upstreams };
  const { ready } = await f.gateway.duringStart(settings, () =>
    started({
      database: { kind: "url", url: database },
      testMode: true,
      idSeed: randomUUID(),
      attributeLlmCalls: true,
      environment: {
        HINDSIGHT_API_LLM_PROVIDER: "openai",
        HINDSIGHT_API_LLM_API_KEY: "stand-in",
        HINDSIGHT_API_LLM_BASE_URL: f.gateway.baseUrl(slot),
        HINDSIGHT_API_SKIP_LLM_VERIFICATION: "true",
        HINDSIGHT_API_ENABLE_OBSERVATIONS: "false",
        ...serviceEnvironment("embeddings", used.embeddings, f.gateway, slot),
        ...serviceEnvironment("reranker", used.reranker, f.gateway, slot),
      },
    }),
  );
  return ready.url;
}

/** A retain and a recall in a sandbox of the server, as a test does. */
async function useMemory(f: Fixture, mode: "record" | "replay", slot: string, used: Services) {
  const url = await startServer(f, mode, slot, used);
  const post = async (path: string, body: unknown) => {
    const response = await fetch(url + path, {
      method: "POST",
      headers: { "content-type": "application/json", "x-hindsight-testkit-token": "token" },
      body: JSON.stringify(body),
    });
    expect(response.status, await response.clone().text()).toBeLessThan(300);
    return (await response.json()) as Record<string, unknown>;
  };
  const { sandboxes } = (await post(CONTROL.sandboxes, { count: 1 })) as { sandboxes: [string] };
  const [sandboxId] = sandboxes;
  const upstreams = mode === "record" ? upstreamsOf(f, used) : {};
  await f.gateway.beginTest({ ...f.test(mode), slot, sandboxId, upstreams });
  const bank = `/sandbox/${sandboxId}/v1/default/banks/test-bank`;
  await post(`${bank}/memories`, { items: [{ content: "Mara repairs boats." }] });
  const { results } = (await post(`${bank}/memories/recall`, { query: "Who repairs boats?" })) as {
    results: { text: string }[];
  };
  const outcome = await f.gateway.endTest({ slot, sandboxId, passed: true });
  return { texts: results.map(({ text }) => text), outcome };
}

describe("a server with embeddings and a reranker of its own", () => {
  test.each([
    ["TEI", TEI],
    ["OpenAI and Cohere", OPENAI_AND_COHERE],
  ])("starts and replays without them, with other ids (%s)", async (_, used) => {
    const f = await startGateway({ script: services });
    const recorded = await useMemory(f, "record", "1", used);
    expect(recorded.texts).toEqual(["Mara repairs boats."]);
    const scopes = recorded.outcome.calls.map(({ scope }) => scope);
    expect(new Set(scopes)).toEqual(new Set(["retain_extract_facts", "embedding", "rerank"]));
    await f.provider.close();
    const replayed = await useMemory(f, "replay", "2", used);
    expect(replayed.outcome).toMatchObject({ misses: [], unused: [] });
    expect(replayed.texts).toEqual(recorded.texts);
    expect([...f.gateway.takeUnattributed("1"), ...f.gateway.takeUnattributed("2")]).toEqual([]);
  });

  test("says what is missing when its start was not recorded", async () => {
    const f = await startGateway({ script: services });
    await expect(startServer(f, "replay", "1", TEI)).rejects.toThrow(
      /LLM_MISS.*could not start.*embedding asked tei something that was not recorded/s,
    );
  });
});
