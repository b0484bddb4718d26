import { describe, expect, test } from "vitest";
import { createChatModel } from "../support/chat-model.ts";
import { startScriptedOpenAi } from "../support/scripted-openai.ts";
import { type RunningApp, startApp } from "./app-fixture.ts";

const BANK = "/v1/default/banks/b";

async function make(app: RunningApp, count: number): Promise<string[]> {
  return (await app.control("POST", "/testkit/v1/sandboxes", { count })).body.sandboxes;
}

function retain(app: RunningApp, prefix: string, content: string, more: object = {}) {
  return app.send("POST", `${prefix}${BANK}/memories`, { items: [{ content }], ...more });
}

async function texts(app: RunningApp, prefix: string): Promise<string[]> {
  const { items } = (await app.send("GET", `${prefix}${BANK}/memories/list`)).body;
  return items.map(({ text }: { text: string }) => text);
}

async function withHangingModel() {
  const provider = await startScriptedOpenAi([{ hang: true }]);
  const llm = createChatModel(
    { provider: "openai", apiKey: "k", baseUrl: provider.baseUrl },
    { attribute: false },
  );
  return { provider, app: await startApp({ llm }) };
}

describe("sandboxes", () => {
  test("are numbered, and each has the test's bank from its start", async () => {
    const app = await startApp();
    expect(await make(app, 2)).toEqual(["1", "2"]);
    expect(await make(app, 1)).toEqual(["3"]);
    const { banks } = (await app.send("GET", "/sandbox/2/v1/default/banks")).body;
    expect(banks).toMatchObject([{ bank_id: "test-bank", name: "test-bank", fact_count: 0 }]);
    expect((await app.send("GET", "/v1/default/banks")).body.total).toBe(0);
  });

  test("made at once by several, no id is given twice", async () => {
    const app = await startApp();
    const made = (await Promise.all([1, 2, 3, 4].map(() => make(app, 5)))).flat();
    expect(new Set(made).size).toBe(20);
  });

  test("share nothing, though their banks have the same id and are written at once", async () => {
    const app = await startApp();
    const prefixes = ["", ...(await make(app, 5)).map((id) => `/sandbox/${id}`)];
    await Promise.all(
      prefixes.flatMap((prefix) =>
        ["one", "two"].map((word) => retain(app, prefix, `${prefix} ${word}`.trim())),
      ),
    );
    for (const prefix of prefixes) {
      expect((await texts(app, prefix)).sort()).toEqual([`${prefix} one`.trim(), `${prefix} two`.trim()]);
      const query = { query: "one" };
      const { results } = (await app.send("POST", `${prefix}${BANK}/memories/recall`, query)).body;
      for (const { text } of results) expect(text.startsWith(prefix)).toBe(true);
    }
    await app.send("DELETE", `${prefixes[1]}${BANK}`);
    expect((await app.send("GET", `${prefixes[1]}${BANK}/memories/list`)).status).toBe(404);
    expect(await texts(app, prefixes[2] ?? "")).toHaveLength(2);
  });

  test("the same test in another sandbox sees the same bytes", async () => {
    const app = await startApp();
    const seen = [];
    for (const id of await make(app, 2)) {
      const prefix = `/sandbox/${id}`;
      await retain(app, prefix, "Alice moved to Berlin.");
      await retain(app, prefix, "Bob sails.", { async: true });
      await app.control("POST", "/testkit/v1/settled", { sandbox: id });
      const list = await app.send("GET", `${prefix}${BANK}/memories/list`);
      const operations = await app.send("GET", `${prefix}${BANK}/operations`);
      seen.push(JSON.stringify([list.body, operations.body]));
    }
    expect(seen[0]).toBe(seen[1]);
  });

  test("an operation id of one is free in another", async () => {
    const app = await startApp();
    const operation_id = "5b1f2c3d-0000-4000-8000-0000000000a1";
    for (const id of await make(app, 2)) {
      const answer = await retain(app, `/sandbox/${id}`, "x", { async: true, operation_id });
      expect([answer.status, answer.body.operation_id]).toEqual([200, operation_id]);
    }
  });

  test("unknown ones are 404, and without test mode there are none", async () => {
    const app = await startApp();
    expect((await app.send("GET", "/sandbox/9/v1/default/banks")).status).toBe(404);
    expect((await app.send("GET", "/sandbox/9/nope")).status).toBe(404);
    const plain = await startApp({ testMode: false });
    expect((await plain.send("GET", "/sandbox/1/health/live")).status).toBe(404);
    expect((await plain.control("POST", "/testkit/v1/sandboxes", { count: 1 })).status).toBe(404);
  });
});

describe("closing", () => {
  test("drops the banks and answers 410 from then on", async () => {
    const app = await startApp();
    const [id] = await make(app, 1);
    const prefix = `/sandbox/${id}`;
    await retain(app, prefix, "Alice moved.");
    expect((await app.control("DELETE", `/testkit/v1/sandboxes/${id}`)).status).toBe(200);
    const late = await retain(app, prefix, "too late");
    expect([late.status, late.body.detail]).toEqual([
      410,
      expect.stringContaining("the test that it belonged to has ended"),
    ]);
    const { rows } = await app.engine.context.database.query("SELECT bank_id FROM banks");
    expect(rows).toEqual([]);
    expect((await app.control("DELETE", "/testkit/v1/sandboxes/77")).status).toBe(404);
  });

  test("ends what runs: a request, and work in the background", async () => {
    const { provider, app } = await withHangingModel();
    const [id] = await make(app, 1);
    const prefix = `/sandbox/${id}`;
    const running = retain(app, prefix, "Alice moved.");
    await provider.firstRequest;
    await retain(app, prefix, "Bob sails.", { async: true });
    expect((await app.control("DELETE", `/testkit/v1/sandboxes/${id}`)).status).toBe(200);
    expect((await running).status).toBe(410);
    const { rows } = await app.engine.context.database.query(
      "SELECT FROM banks UNION ALL SELECT FROM memory_units UNION ALL SELECT FROM operations",
    );
    expect(rows).toEqual([]);
    expect((await app.control("POST", "/testkit/v1/settled", { sandbox: id })).status).toBe(410);
  });

  test("the default sandbox is emptied and stays open; what was there is told", async () => {
    const app = await startApp();
    const began = Date.now();
    await retain(app, "", "Alice moved.");
    await app.send("PUT", "/v1/default/banks/empty", {});
    const { banks } = (await app.control("POST", "/testkit/v1/reset")).body;
    expect(banks).toEqual([
      { bank_id: "b", memory_units: 1, created_at: expect.any(Number) },
      { bank_id: "empty", memory_units: 0, created_at: expect.any(Number) },
    ]);
    // The database's clock is this machine's.
    for (const { created_at } of banks) expect(Math.abs(created_at - began)).toBeLessThan(60_000);
    expect((await app.control("POST", "/testkit/v1/reset")).body).toEqual({ banks: [] });
    expect((await retain(app, "", "again")).status).toBe(200);
  });
});

test("the routes of test mode want the token, where the server has one", async () => {
  const app = await startApp();
  const headers = { "x-hindsight-testkit-token": "guessed" };
  expect((await app.send("POST", "/testkit/v1/reset")).status).toBe(401);
  expect((await app.send("POST", "/testkit/v1/reset", undefined, headers)).status).toBe(401);
  expect((await app.send("POST", "/testkit/v1/sandboxes", {}, headers)).status).toBe(401);
  expect((await app.control("POST", "/testkit/v1/sandboxes", { count: 0 })).status).toBe(422);
  const open = await startApp({ token: null });
  expect((await open.send("POST", "/testkit/v1/reset")).status).toBe(200);
});
