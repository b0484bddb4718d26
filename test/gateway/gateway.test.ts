import { describe, expect, test } from "vitest";
import { LlmGateway } from "../../src/gateway/gateway.ts";
import { chat, startGateway } from "./gateway-fixture.ts";

test("what a failed test leaves under way is not put down to the file", async () => {
  const f = await startGateway();
  await f.begin("record");
  await f.end(false);
  expect((await f.ask(chat("later"))).status).toBe(400);
  expect(f.gateway.takeUnattributed("1")).toEqual([]);
  await f.record("test", () => f.ask(chat("again")));
  expect((await f.ask(chat("later"))).status).toBe(400);
  expect(f.gateway.takeUnattributed("1")).toEqual([expect.stringContaining("no test was running")]);
});

describe("the server", () => {
  test("names what it serves", async () => {
    const f = await startGateway();
    const response = await fetch(`${f.gateway.baseUrl("1")}/audio/speech`, { method: "POST", body: "{}" });
    expect(response.status).toBe(404);
    expect(await response.text()).toContain("POST /openai/v1/chat/completions, POST /openai/v1/embeddings");
  });

  test("has a list of models, so that its address can be probed", async () => {
    const f = await startGateway();
    const response = await fetch(`${f.gateway.baseUrl("1")}/models`);
    expect([response.status, await response.json()]).toEqual([200, { object: "list", data: [] }]);
  });

  test("keeps idle connections: one that it closed while a client reuses it would be a call lost", async () => {
    const f = await startGateway();
    const response = await fetch(`${f.gateway.baseUrl("1")}/models`);
    expect(response.headers.get("keep-alive")).toBeNull();
  });

  test("refuses web pages", async () => {
    const f = await startGateway();
    await f.begin("record");
    expect((await f.ask(chat("Who?"), { headers: { origin: "https://example.com" } })).status).toBe(403);
    expect(f.provider.requests).toEqual([]);
    await f.end();
  });

  test("slots may have any name", async () => {
    const f = await startGateway();
    const slot = "1/a b?#%";
    await f.ask(chat("Who?"), { slot });
    expect(f.gateway.takeUnattributed(slot)).toHaveLength(1);
  });

  test("closes at once, with connections open and a call under way", async () => {
    const f = await startGateway({ script: () => new Promise(() => {}) });
    await f.begin("record");
    const asking = f.ask(chat("Who?")).catch((error: unknown) => error);
    await f.provider.received(1);
    await f.gateway.close();
    expect(await asking).toBeInstanceOf(Error);
  });

  test("leaves the globals of its process alone", async () => {
    const { Request: before } = globalThis;
    const gateway = await LlmGateway.start();
    await gateway.close();
    expect(globalThis.Request).toBe(before);
  });
});
