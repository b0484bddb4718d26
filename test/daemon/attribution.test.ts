import { expect, test } from "vitest";
import { createTestDatabase } from "../support/database.ts";
import {
  type ServiceAnswer,
  type ServiceRequest,
  startScriptedService,
} from "../support/scripted-service.ts";
import { started } from "./daemon-fixture.ts";

/** A language model that takes a text for a fact, embeddings that are all the same, and a reranker. */
function answer({ path, body }: ServiceRequest): ServiceAnswer {
  const { input, documents } = body as { input: string[]; documents: string[] };
  if (path === "/embeddings") {
    return { body: { data: input.map((_, index) => ({ index, embedding: [1, 0, 0] })) } };
  }
  if (path === "/rerank") {
    return { body: { results: documents.map((_, index) => ({ index, relevance_score: 0.5 })) } };
  }
  const content = JSON.stringify({ facts: [{ what: "Ada sails.", fact_type: "world" }] });
  const message = { role: "assistant", content };
  return { body: { choices: [{ index: 0, message, finish_reason: "stop" }] } };
}

async function start(testMode: boolean) {
  const service = await startScriptedService(answer);
  const { ready } = await started({
    database: { kind: "url", url: (await createTestDatabase()).url },
    testMode,
    testClock: testMode ? "2031-07-19T09:30:00.000Z" : null,
    attributeLlmCalls: true,
    environment: {
      HINDSIGHT_API_LLM_PROVIDER: "openai",
      HINDSIGHT_API_LLM_API_KEY: "k",
      HINDSIGHT_API_LLM_BASE_URL: service.url,
      HINDSIGHT_API_SKIP_LLM_VERIFICATION: "true",
      HINDSIGHT_API_ENABLE_OBSERVATIONS: "false",
      HINDSIGHT_API_EMBEDDINGS_PROVIDER: "openai",
      HINDSIGHT_API_EMBEDDINGS_OPENAI_API_KEY: "k",
      HINDSIGHT_API_EMBEDDINGS_OPENAI_MODEL: "tiny",
      HINDSIGHT_API_EMBEDDINGS_OPENAI_BASE_URL: service.url,
      HINDSIGHT_API_RERANKER_PROVIDER: "cohere",
      HINDSIGHT_API_RERANKER_COHERE_API_KEY: "k",
      HINDSIGHT_API_RERANKER_COHERE_BASE_URL: `${service.url}/rerank`,
    },
  });
  const post = async (path: string, body: object) => {
    const headers = { "content-type": "application/json", "x-hindsight-testkit-token": "token" };
    const request = { method: "POST", headers, body: JSON.stringify(body) };
    const response = await fetch(ready.url + path, request);
    expect(response.status).toBe(200);
    return response.json();
  };
  /** What the calls since the last look said of themselves. */
  const told = () =>
    service.requests.splice(0).map(({ path, headers }) => {
      const own = Object.entries(headers).filter(([name]) => /^x-hindsight-(?!operation)/.test(name));
      const names = Object.fromEntries(
        own.map(([name, value]) => [name.slice("x-hindsight-".length), value]),
      );
      return { path, inBackground: headers["x-hindsight-operation"] !== undefined, ...names };
    });
  return { post, told };
}

test("every call to a model says whose it is, and where the clock has stood", async () => {
  const { post, told } = await start(true);
  // Asked at the start, for its dimension.
  const clock = "2031-07-19T09:30:00.000Z 0";
  expect(told()).toEqual([
    { path: "/embeddings", inBackground: false, sandbox: "", bank: "", scope: "embedding", clock },
  ]);
  await post("/testkit/v1/sandboxes", { count: 1 });
  const bank = `/v1/default/banks/${encodeURIComponent("bänk")}`;
  const whose = { sandbox: "1", bank: "b%C3%A4nk" };
  await post(`/sandbox/1${bank}/memories`, { async: true, items: [{ content: "Ada sails." }] });
  await post("/testkit/v1/settled", { sandbox: "1" });
  expect(told()).toEqual([
    { path: "/chat/completions", inBackground: true, ...whose, scope: "retain_extract_facts", clock },
    { path: "/embeddings", inBackground: true, ...whose, scope: "embedding", clock },
  ]);

  await post("/testkit/v1/clock", { sandbox: "1", advance_ms: 86_400_000 });
  await post("/testkit/v1/sandboxes/fork", { sandbox: "1" });
  const fork = "1-1";
  await post("/testkit/v1/clock", { sandbox: "1", advance_ms: -1 });
  await post("/testkit/v1/clock", { sandbox: "1", now: "2040-01-01" });
  await post("/testkit/v1/clock", { sandbox: "1", advance_ms: 5 });
  await post(`/sandbox/1${bank}/memories/recall`, { query: "Ada" });
  const moved = `${clock},86400000,86399999`;
  expect(told()).toEqual([
    { path: "/embeddings", inBackground: false, ...whose, scope: "embedding", clock: moved },
    { path: "/rerank", inBackground: false, ...whose, scope: "rerank", clock: moved },
  ]);
  await post(`/sandbox/${fork}${bank}/memories/recall`, { query: "Ada" });
  expect(told()).toMatchObject([
    { sandbox: fork, scope: "embedding", clock: `${clock},86400000` },
    { sandbox: fork, scope: "rerank", clock: `${clock},86400000` },
  ]);
  await post(`${bank}/memories`, { items: [{ content: "Ben bakes." }] });
  expect(told()).toMatchObject([
    { sandbox: "", inBackground: false, scope: "retain_extract_facts", clock },
    { sandbox: "", inBackground: false, scope: "embedding", clock },
  ]);
});

test("a server on the real clock tells of none", async () => {
  const { post, told } = await start(false);
  told();
  await post("/v1/default/banks/b/memories", { items: [{ content: "Ada sails." }] });
  expect(told()).toEqual([
    { path: "/chat/completions", inBackground: false, sandbox: "", bank: "b", scope: "retain_extract_facts" },
    { path: "/embeddings", inBackground: false, sandbox: "", bank: "b", scope: "embedding" },
  ]);
});
