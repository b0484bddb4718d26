import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import { ATTRIBUTION_HEADERS } from "../../src/daemon-protocol.ts";
import { UPSTREAM_HEADER } from "../../src/gateway/attribution.ts";
import { RunRecordings } from "../../src/gateway/run-recordings.ts";
import { chat, deferred, startGateway } from "./gateway-fixture.ts";

/** Looks like a key, and is none. */
const KEY = "sk-proj-0123456789abcdefghijklmn";

describe("recording", () => {
  test("forwards the request as it is, with the caller's key and without attribution", async () => {
    const f = await startGateway();
    const request = chat("Who?", { user: "bank" });
    await f.record("test", () =>
      f.ask(request, { headers: { authorization: "Bearer own", "x-other": "1" } }),
    );
    const [sent] = f.provider.requests;
    expect(sent).toMatchObject({ method: "POST", path: "/v1/chat/completions", body: request });
    expect(sent?.headers.authorization).toBe("Bearer own");
    for (const name of [...Object.values(ATTRIBUTION_HEADERS), "x-other"])
      expect(sent?.headers).not.toHaveProperty(name);
  });

  test("sends the configured key in place of the caller's, and the base URL's query", async () => {
    const f = await startGateway();
    const baseUrl = `${f.provider.baseUrl}/?api-version=1`;
    await f.gateway.beginTest({
      ...f.test("record"),
      upstreams: { llm: { provider: "openai", baseUrl, apiKey: "configured" } },
    });
    await f.ask(chat("Who?"), { headers: { authorization: "Bearer own" } });
    expect(f.provider.requests[0]?.headers.authorization).toBe("Bearer configured");
    expect(f.provider.requests[0]?.path).toBe("/v1/chat/completions?api-version=1");
  });

  test("sends a call that knows its provider there, with its own key and never the configured one", async () => {
    const f = await startGateway();
    const { provider: other } = await startGateway();
    await f.gateway.beginTest({
      ...f.test("record"),
      upstreams: { llm: { provider: "openai", baseUrl: f.provider.baseUrl, apiKey: "configured" } },
    });
    const headers = { [UPSTREAM_HEADER]: other.baseUrl, authorization: "Bearer own" };
    await f.ask(chat("Who?"), { headers });
    expect(f.provider.requests).toEqual([]);
    expect(other.requests[0]?.headers.authorization).toBe("Bearer own");
    expect(other.requests[0]?.headers).not.toHaveProperty(UPSTREAM_HEADER);
  });

  test("writes a small file that says nothing of its run", async () => {
    const f = await startGateway();
    await f.record("test", () => f.ask(chat("Who?"), { headers: { authorization: `Bearer ${KEY}` } }));
    const lines = (await f.read()).trimEnd().split("\n");
    expect(lines).toHaveLength(2);
    expect(lines[0]).toBe('{"cassette":1,"test":"test"}');
    expect(JSON.parse(lines[1] ?? "")).toEqual({
      key: expect.stringMatching(/^[0-9a-f]{64}$/),
      provider: "openai",
      path: "/chat/completions",
      model: "scripted-model",
      scope: "reflect",
      request: {
        system: [{ role: "system", content: expect.stringContaining("from memory") }],
        conversation: [{ role: "user", content: "Who?" }],
        parameters: { temperature: 0.9 },
      },
      response: {
        status: 200,
        body: {
          choices: [
            { index: 0, finish_reason: "stop", message: { role: "assistant", content: "Answer to: Who?" } },
          ],
          model: "scripted-model",
          usage: { prompt_tokens: 10, completion_tokens: 5, total_tokens: 15 },
        },
      },
    });
  });

  test("concurrent recordings in any order give the same file", async () => {
    const questions = ["A", "B", "C", "D", "E", "F"];
    const f = await startGateway({
      // The later a question is asked, the sooner it is answered.
      script: async (_request, n) => {
        for (let turn = 0; turn < 10 - n; turn++) await new Promise(setImmediate);
        return { content: "the same for all" };
      },
    });
    await f.record("test", () => Promise.all(questions.map((question) => f.ask(chat(question)))));
    const first = await f.read();
    await f.record("test", async () => {
      for (const question of questions.toReversed()) await f.ask(chat(question));
    });
    expect(await f.read()).toBe(first);
  });

  test("answers of one key keep the order of their questions, however long they took", async () => {
    const second = deferred();
    const f = await startGateway({
      script: async (_request, n) => {
        if (n === 1) await second.promise;
        return { content: `answer ${n}` };
      },
    });
    await f.record("test", async () => {
      const slow = f.ask(chat("Who?"));
      await f.provider.received(1);
      expect((await f.ask(chat("Who?"))).content).toBe("answer 2");
      second.resolve();
      expect((await slow).content).toBe("answer 1");
    });
    await f.begin("replay");
    expect((await f.ask(chat("Who?"))).content).toBe("answer 1");
    expect((await f.ask(chat("Who?"))).content).toBe("answer 2");
    await f.end();
  });

  test("a failed test does not touch its cassette", async () => {
    const f = await startGateway();
    await f.record("test", () => f.ask(chat("Who?")));
    const before = await f.read();
    await f.begin("record");
    await f.ask(chat("Something else?"));
    expect(await f.end(false)).toMatchObject({ written: null });
    expect(await f.read()).toBe(before);
  });

  test("rewrites the cassette as a whole, also one that cannot be read", async () => {
    const f = await startGateway();
    await f.record("test", () => f.ask(chat("Old?")));
    await writeFile(f.path(), "<<<<<<< HEAD\n");
    await f.record("test", () => f.ask(chat("New?")));
    expect(await f.read()).not.toContain("Old?");
    expect(await f.read()).toContain("New?");
  });

  test("a test that asks nothing has no cassette", async () => {
    const f = await startGateway();
    await f.record("test", () => f.ask(chat("Who?")));
    expect(await f.record("test", async () => {})).toMatchObject({ written: null });
    await expect(f.read()).rejects.toThrow("ENOENT");
  });

  test("refuses two tests on one cassette at once", async () => {
    const f = await startGateway();
    await f.begin("record");
    const other = { ...f.test("auto"), sandboxId: "b", testName: "twin" };
    await expect(f.gateway.beginTest(other)).rejects.toThrow(/RECORD_REFUSED.*"test"/);
  });

  test("refuses one of two tests that begin on one cassette at the same time", async () => {
    const f = await startGateway();
    await f.record("test", () => f.ask(chat("Who?")));
    const other = { ...f.test("auto"), sandboxId: "b", testName: "twin" };
    const begun = await Promise.allSettled([f.begin("auto"), f.gateway.beginTest(other)]);
    expect(begun.map(({ status }) => status)).toEqual(["fulfilled", "rejected"]);
    expect(await f.end()).toMatchObject({ misses: [] });
  });

  test("refuses a second test that would take the first one's recording away", async () => {
    const f = await startGateway({ recordings: new RunRecordings() });
    await f.record("test", () => f.ask(chat("One?")));
    const first = await f.read();
    await f.gateway.beginTest({ ...f.test("record"), sandboxId: "b" });
    await f.ask(chat("Two?"), { sandbox: "b" });
    const ended = f.gateway.endTest({ slot: "1", sandboxId: "b", passed: true });
    await expect(ended).rejects.toThrow(/RECORD_REFUSED.*test\.jsonl has been recorded in this run/);
    expect(await f.read()).toBe(first);
    // One that is repeated asks the same, and one of the next run may ask something else.
    await f.record("test", () => f.ask(chat("One?")));
    f.gateway.beginRun();
    await f.record("test", () => f.ask(chat("Two?")));
    expect(await f.read()).not.toBe(first);
  });

  test("a call that there is no provider for fails the test, and nothing is written", async () => {
    const f = await startGateway();
    await f.gateway.beginTest({ ...f.test("record"), upstreams: {} });
    expect((await f.ask(chat("Who?"))).status).toBe(400);
    const { misses, written } = await f.end();
    expect(misses).toMatchObject([{ cause: "unreadable", report: expect.stringContaining("openai") }]);
    expect(written).toBeNull();
  });
});

describe("a key", () => {
  const SECRET = "k-0123456789abcdef-secret";

  test("that a call carries, in a header or in its address, is in no file", async () => {
    const f = await startGateway();
    await f.begin("record");
    for (const [path, headers] of [
      ["", { authorization: `Bearer ${SECRET}` }],
      ["", { "x-api-key": SECRET }],
      [`?key=${SECRET}`, {}],
    ] as const) {
      const response = await fetch(`${f.gateway.baseUrl("1", "openai", "test")}/chat/completions${path}`, {
        method: "POST",
        headers,
        body: JSON.stringify(chat(`Who? ${path.length}`)),
      });
      expect(response.status).toBe(200);
    }
    expect(f.provider.requests.map(({ path }) => path.includes(SECRET))).toEqual([false, false, true]);
    expect((await f.end()).written).not.toBeNull();
    expect(await f.read()).not.toContain(SECRET);
  });

  test.each([
    ["in a question", `Who? ${SECRET}`, "Nobody."],
    ["in an answer", "Who?", `It is ${SECRET}.`],
  ])("%s keeps the file from being written, and is not told", async (_name, question, answer) => {
    const f = await startGateway({ script: () => ({ content: answer }) });
    await f.begin("record");
    await f.ask(chat(question), { headers: { authorization: `Bearer ${SECRET}` } });
    const error = await f.end().catch((reason: unknown) => reason);
    expect(String(error)).toMatch(/CASSETTE_SECRET.*the provider's key/);
    expect(String(error)).not.toContain(SECRET);
    await expect(f.read()).rejects.toThrow(/ENOENT/);
  });
});

describe("what is not recorded", () => {
  test.each<[string, { status: number; headers?: Record<string, string>; body: unknown }]>([
    [
      "a quota error",
      { status: 429, headers: { "retry-after": "1" }, body: { error: { message: "slow down" } } },
    ],
    ["a server error", { status: 500, body: { error: { message: "oops" } } }],
    ["an error with status 200", { status: 200, body: { error: { message: "oops" } } }],
    ["an answer without choices", { status: 200, body: { choices: [] } }],
    [
      "an answer that was broken off",
      { status: 200, body: { choices: [{ message: { content: "I" }, finish_reason: "error" }] } },
    ],
  ])("%s, which is passed on", async (_name, failure) => {
    const f = await startGateway({ script: (_request, n) => (n === 1 ? failure : { content: "good" }) });
    await f.record("test", async () => {
      const answer = await f.ask(chat("Who?"));
      expect(answer.status).toBe(failure.status);
      expect(answer.body).toEqual(failure.body);
      expect(answer.headers.get("retry-after")).toBe(failure.headers?.["retry-after"] ?? null);
      expect((await f.ask(chat("Who?"))).content).toBe("good");
    });
    await f.begin("replay");
    expect((await f.ask(chat("Who?"))).content).toBe("good");
    expect(await f.end()).toMatchObject({ misses: [], unused: [] });
  });

  test("an unreachable provider, which is a 502 that says so", async () => {
    const f = await startGateway();
    await f.provider.close();
    await f.begin("record");
    const answer = await f.ask(chat("Who?"));
    expect(answer.status).toBe(502);
    expect(answer.body.error?.message).toMatch(/gave no answer: .*ECONNREFUSED/);
    expect(await f.end()).toMatchObject({ written: null, calls: [{ status: 502, inputTokens: null }] });
  });

  test("a password in the base URL, which is sent in a header", async () => {
    const f = await startGateway({ script: () => ({ content: "open-sesame-now" }) });
    const baseUrl = f.provider.baseUrl.replace("//", "//me:open-sesame-now@");
    await f.gateway.beginTest({
      ...f.test("record"),
      upstreams: { llm: { provider: "openai", baseUrl } },
    });
    expect((await f.ask(chat("Who?"))).status).toBe(200);
    expect(f.provider.requests[0]?.headers.authorization).toBe(`Basic ${btoa("me:open-sesame-now")}`);
    await expect(f.end()).rejects.toThrow("CASSETTE_SECRET");
  });

  test("an answer that its caller no longer waited for", async () => {
    const f = await startGateway({
      script: (_request, n) => (n === 1 ? new Promise(() => {}) : { content: "second" }),
    });
    await f.record("test", async () => {
      const caller = new AbortController();
      const asking = f.ask(chat("Who?"), { signal: caller.signal });
      const { signal } = await f.provider.received(1);
      const cutOff = once(signal, "abort");
      caller.abort();
      await expect(asking).rejects.toThrow();
      // At the provider too.
      await cutOff;
      await f.ask(chat("Who?"));
    });
    await f.begin("replay");
    expect((await f.ask(chat("Who?"))).content).toBe("second");
    expect(await f.end()).toMatchObject({ misses: [], unused: [] });
  });

  test("the end of a passed test waits for answers under way", async () => {
    const answer = deferred();
    const f = await startGateway({
      script: async () => {
        await answer.promise;
        return { content: "late" };
      },
    });
    await f.begin("record");
    const asking = f.ask(chat("Who?"));
    await f.provider.received(1);
    const ending = f.end();
    answer.resolve();
    expect(await ending).toMatchObject({ written: f.path() });
    expect((await asking).content).toBe("late");
  });
});
