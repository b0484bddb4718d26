import { expect, onTestFinished, test, vi } from "vitest";
import { PostgresCluster } from "../../src/postgres/cluster.ts";
import { scriptedModel, started } from "../daemon/daemon-fixture.ts";
import { newCluster, soon } from "../support/postgres.ts";
import { promiseWithResolvers } from "../support/promise.ts";
import { type ScriptedAnswer, startScriptedOpenAi } from "../support/scripted-openai.ts";

const BANK = "/v1/default/banks/b";
const WAITING = { timeout: 15_000, interval: 50 };

/** A daemon on a Postgres that can be stopped and started again, and a model. */
async function setUp(script: (prompt: string) => ScriptedAnswer) {
  const options = { ...(await newCluster()), deadline: soon() };
  let cluster = await PostgresCluster.start(options);
  onTestFinished(() => cluster.stop());
  const { port } = cluster;
  const provider = await startScriptedOpenAi((request) => script(JSON.stringify(request.messages)));
  const { ready } = await started({
    database: { kind: "url", url: cluster.url("postgres") },
    environment: scriptedModel(provider.baseUrl),
  });
  const send = async (method: string, path: string, body?: object) => {
    const response = await fetch(ready.url + path, {
      method,
      headers: { "content-type": "application/json" },
      ...(body && { body: JSON.stringify(body) }),
    });
    return { status: response.status, headers: response.headers, body: JSON.parse(await response.text()) };
  };
  const start = async () => {
    cluster = await PostgresCluster.start({ ...options, deadline: soon(), findPort: async () => port });
  };
  return { provider, send, stop: () => cluster.stop(), start };
}

const facts = (what: string): ScriptedAnswer => ({ json: { facts: [{ what, fact_type: "world" }] } });

test("while Postgres is away requests are told so, and when it is back all goes on", async () => {
  const { promise: answered, resolve: answer } = promiseWithResolvers();
  const { provider, send, stop, start } = await setUp((prompt) =>
    prompt.includes("Queued") ? { after: answered, answer: facts("Queued work") } : facts("At once"),
  );
  const retain = (content: string, more: object = {}) =>
    send("POST", `${BANK}/memories`, { items: [{ content, document_id: content }], ...more });
  expect((await retain("First.")).status).toBe(200);
  const queued = await retain("Queued.", { async: true });
  await vi.waitFor(() => expect(provider.requests).toHaveLength(2), WAITING);

  await stop();
  for (const [method, path, body] of [
    ["GET", `${BANK}/memories/list`],
    ["GET", "/v1/default/banks"],
    ["POST", `${BANK}/memories/recall`, { query: "first" }],
    ["POST", `${BANK}/memories`, { items: [{ content: "Lost." }] }],
    ["POST", `${BANK}/memories`, { items: [{ content: "Lost." }], async: true }],
    ["GET", `${BANK}/operations/${queued.body.operation_id}`],
    ["DELETE", BANK],
    ["GET", "/health"],
  ] as const) {
    const refused = await send(method, path, body);
    expect([path, refused.status, refused.headers.get("retry-after")]).toEqual([path, 503, "1"]);
  }
  expect((await send("GET", "/health/live")).status).toBe(200);

  await start();
  await vi.waitFor(async () => expect((await send("GET", "/health")).status).toBe(200), WAITING);
  expect((await retain("Second.")).status).toBe(200);
  answer();
  await vi.waitFor(async () => {
    const { body } = await send("GET", `${BANK}/operations/${queued.body.operation_id}`);
    expect(body.status).toBe("completed");
  }, WAITING);
  const { items } = (await send("GET", `${BANK}/memories/list`)).body;
  expect(items.map(({ text }: { text: string }) => text).sort()).toEqual([
    "At once",
    "At once",
    "Queued work",
  ]);
  // New work is heard of as before.
  const later = await retain("Queued again.", { async: true });
  await vi.waitFor(async () => {
    const { body } = await send("GET", `${BANK}/operations/${later.body.operation_id}`);
    expect(body.status).toBe("completed");
  }, WAITING);
});

test("a request that waits for the model does not notice that Postgres was restarted", async () => {
  const { promise: answered, resolve: answer } = promiseWithResolvers();
  const { provider, send, stop, start } = await setUp(() => ({
    after: answered,
    answer: facts("Ada sails"),
  }));
  const retain = send("POST", `${BANK}/memories`, { items: [{ content: "Ada sails." }] });
  await provider.firstRequest;
  await stop();
  await start();
  answer();
  expect((await retain).status).toBe(200);
});
