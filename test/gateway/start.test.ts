import { randomUUID } from "node:crypto";
import { describe, expect, test } from "vitest";
import { CONTROL } from "../../src/daemon-protocol.ts";
import { started } from "../daemon/daemon-fixture.ts";
import { createTestDatabase } from "../support/database.ts";
import { startGateway } from "./gateway-fixture.ts";
import type { Script } from "./scripted-openai.ts";

/** Embeddings and a reranker of TEI, and a model that finds one fact a sentence. */
const services: Script = ({ path, body }) => {
  const { inputs = [], texts = [] } = body as { inputs?: string[]; texts?: string[] };
  if (path.endsWith("/embed")) {
    return { status: 200, body: inputs.map((text) => [text.length, text.codePointAt(0) ?? 0, 1, 0.5]) };
  }
  if (path.endsWith("/rerank")) {
    return { status: 200, body: texts.map((text, index) => ({ index, score: 1 / text.length })) };
  }
  const fact = { what: "Mara repairs boats.", when: "N/A", where: "N/A", who: "N/A", why: "N/A" };
  return { content: JSON.stringify({ facts: [{ ...fact, fact_type: "world", entities: [] }] }) };
};

type Fixture = Awaited<ReturnType<typeof startGateway>>;

function upstreamsOf(f: Fixture) {
  const { baseUrl } = f.provider;
  return {
    llm: { provider: "openai", baseUrl },
    embeddings: { provider: "tei", baseUrl },
    reranker: { provider: "tei", baseUrl },
  };
}

/** Starts one of our servers whose model, embeddings and reranker are the gateway's. */
async function startServer(f: Fixture, mode: "record" | "replay", slot: string) {
  const { url: database } = await createTestDatabase();
  const tei = f.gateway.baseUrl(slot, "tei");
  const upstreams = mode === "record" ? upstreamsOf(f) : {};
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
        HINDSIGHT_API_EMBEDDINGS_PROVIDER: "tei",
        HINDSIGHT_API_EMBEDDINGS_TEI_URL: tei,
        HINDSIGHT_API_RERANKER_PROVIDER: "tei",
        HINDSIGHT_API_RERANKER_TEI_URL: tei,
      },
    }),
  );
  return ready.url;
}

/** A retain and a recall in a sandbox of the server, as a test does. */
async function useMemory(f: Fixture, mode: "record" | "replay", slot: string, url: string) {
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
  const upstreams = mode === "record" ? upstreamsOf(f) : {};
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
  test("starts and replays without them, with other ids", async () => {
    const f = await startGateway({ script: services });
    const recorded = await useMemory(f, "record", "1", await startServer(f, "record", "1"));
    expect(recorded.texts).toEqual(["Mara repairs boats."]);
    const scopes = recorded.outcome.calls.map(({ scope }) => scope);
    expect(new Set(scopes)).toEqual(new Set(["retain_extract_facts", "embedding", "rerank"]));
    await f.provider.close();
    const replayed = await useMemory(f, "replay", "2", await startServer(f, "replay", "2"));
    expect(replayed.outcome).toMatchObject({ misses: [], unused: [] });
    expect(replayed.texts).toEqual(recorded.texts);
    expect([...f.gateway.takeUnattributed("1"), ...f.gateway.takeUnattributed("2")]).toEqual([]);
  });

  test("says what is missing when its start was not recorded", async () => {
    const f = await startGateway({ script: services });
    await expect(startServer(f, "replay", "1")).rejects.toThrow(
      /LLM_MISS.*could not start.*embedding asked tei something that was not recorded/s,
    );
  });
});
