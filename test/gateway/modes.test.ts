import { describe, expect, test } from "vitest";
import { chat, deferred, startGateway } from "./gateway-fixture.ts";

describe("auto", () => {
  test("answers what is recorded, and records what is not", async () => {
    const f = await startGateway();
    await f.record("test", () => f.ask(chat("one")));
    await f.begin("auto");
    await f.ask(chat("two"));
    await f.ask(chat("one"));
    const outcome = await f.end();
    expect(outcome.calls.map(({ source }) => source)).toEqual(["provider", "cassette"]);
    expect(outcome.written).toBe(f.path());
    await f.begin("replay");
    await f.ask(chat("one"));
    await f.ask(chat("two"));
    expect(await f.end()).toMatchObject({ misses: [], unused: [] });
  });

  test("leaves a cassette alone that has all", async () => {
    const f = await startGateway();
    await f.record("test", () => f.ask(chat("one")));
    await f.begin("auto");
    await f.ask(chat("one"));
    expect((await f.end()).written).toBeNull();
  });

  test("drops what a passed test no longer asks, and keeps all of a failed one's", async () => {
    const f = await startGateway();
    await f.record("test", async () => {
      await f.ask(chat("one"));
      await f.ask(chat("old"));
    });
    const before = await f.read();
    await f.begin("auto");
    await f.ask(chat("one"));
    await f.end(false);
    expect(await f.read()).toBe(before);
    await f.begin("auto");
    await f.ask(chat("one"));
    await f.end();
    expect(await f.read()).not.toContain("old");
  });

  test("keeps the order within a key, recorded or new", async () => {
    const f = await startGateway({ script: (_request, n) => ({ content: `answer ${n}` }) });
    await f.record("test", () => f.ask(chat("one")));
    await f.begin("auto");
    await f.ask(chat("one"));
    await f.ask(chat("one"));
    await f.end();
    await f.begin("replay");
    expect((await f.ask(chat("one"))).content).toBe("answer 1");
    expect((await f.ask(chat("one"))).content).toBe("answer 2");
    await f.end();
  });
});

test("live asks the provider, and writes nothing", async () => {
  const f = await startGateway();
  await f.begin("live");
  expect((await f.ask(chat("one"))).content).toBe("Answer to: one");
  expect(await f.end()).toMatchObject({ written: null, misses: [], calls: [{ source: "provider" }] });
});

describe("a scope that the test answers", () => {
  test("asks neither the cassette nor the provider", async () => {
    const f = await startGateway();
    await f.begin("record");
    f.gateway.respond({ slot: "1", sandboxId: "test" }, "reflect", async ({ scope, body }) => ({
      text: `${scope}: ${JSON.stringify(body).length > 10}`,
    }));
    expect((await f.ask(chat("one"))).content).toBe("reflect: true");
    expect((await f.ask(chat("two"), { scope: "consolidation" })).content).toBe("Answer to: two");
    const { calls } = await f.end();
    expect(calls.map(({ source }) => source)).toEqual(["test", "provider"]);
    expect(await f.read()).not.toContain("one");
  });

  test("may call tools", async () => {
    const f = await startGateway();
    await f.begin("scripted");
    f.gateway.respond({ slot: "1", sandboxId: "test" }, "reflect", async () => ({
      toolCalls: [{ name: "recall", arguments: { query: "tea" } }],
    }));
    const { body } = await f.ask(chat("one"));
    expect(body.choices?.[0]?.message.tool_calls).toMatchObject([
      { function: { name: "recall", arguments: '{"query":"tea"}' } },
    ]);
    expect(await f.end()).toMatchObject({ misses: [] });
  });

  test("fails the test where its function fails, or where no function is for it", async () => {
    const f = await startGateway();
    await f.begin("scripted");
    f.gateway.respond({ slot: "1", sandboxId: "test" }, "reflect", async () => {
      throw new Error("no answer for you");
    });
    expect((await f.ask(chat("one"))).status).toBe(400);
    expect((await f.ask(chat("two"), { scope: "other" })).status).toBe(400);
    const { misses } = await f.end();
    expect(misses.map(({ report }) => report)).toEqual([
      expect.stringContaining("no answer for you"),
      expect.stringContaining("answers no calls of this scope"),
    ]);
  });

  test("and does not answer until its end is given up then", async () => {
    const f = await startGateway();
    await f.begin("scripted");
    const called = deferred();
    f.gateway.respond({ slot: "1", sandboxId: "test" }, "reflect", () => {
      called.resolve();
      return new Promise(() => {});
    });
    const asking = f.ask(chat("one"));
    await called.promise;
    await f.end(false);
    expect((await asking).status).toBe(400);
  });
});

describe("a server that is not ours", () => {
  test("belongs to the test that its slot runs", async () => {
    const f = await startGateway();
    await f.begin("record");
    const asked = new Date().toISOString();
    await f.ask(chat(`It is ${asked}.`), { sandbox: null, scope: "" });
    await f.end();
    await f.begin("replay");
    const answer = await f.ask(chat(`It is ${new Date().toISOString()}.`), { sandbox: null, scope: "" });
    expect(answer.status).toBe(200);
    expect(await f.end()).toMatchObject({ misses: [], unused: [] });
  });

  test("cannot be told apart while two tests run in its slot", async () => {
    const f = await startGateway();
    await f.begin("record", "one");
    await f.begin("record", "two");
    expect((await f.ask(chat("one"), { sandbox: null })).status).toBe(400);
    expect(f.gateway.takeUnattributed("1")).toEqual([expect.stringContaining("several tests were running")]);
  });
});
