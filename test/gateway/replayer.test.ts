import OpenAI from "openai";
import { describe, expect, test } from "vitest";
import { ATTRIBUTION_HEADERS } from "../../src/daemon-protocol.ts";
import { chat, startGateway } from "./gateway-fixture.ts";

describe("replay", () => {
  test("answers what was recorded, without the provider", async () => {
    const f = await startGateway();
    const recorded = await f.record("test", async () => {
      expect((await f.ask(chat("Who?"))).content).toBe("Answer to: Who?");
    });
    expect(recorded).toMatchObject({ written: f.path(), misses: [], calls: [{ source: "provider" }] });
    await f.provider.close();

    await f.begin("replay");
    const answer = await f.ask(chat("Who?"));
    expect(answer).toMatchObject({ status: 200, content: "Answer to: Who?" });
    expect(answer.body.usage).toEqual({ prompt_tokens: 10, completion_tokens: 5, total_tokens: 15 });
    expect(await f.end()).toMatchObject({
      misses: [],
      unused: [],
      written: null,
      calls: [
        {
          scope: "reflect",
          model: "scripted-model",
          bank: "test-bank",
          source: "cassette",
          status: 200,
          inputTokens: 10,
          outputTokens: 5,
        },
      ],
    });
  });

  test("gives the server the same bytes as while recording", async () => {
    const f = await startGateway();
    let recorded: unknown;
    await f.record("test", async () => {
      recorded = (await f.ask(chat("Who?"))).body;
    });
    await f.begin("replay");
    expect((await f.ask(chat("Who?"))).body).toEqual(recorded);
    await f.end();
  });

  test("the official client works on it, tools and all", async () => {
    const f = await startGateway({
      script: (_request, n) =>
        n === 1
          ? {
              content: null,
              toolCalls: [{ id: `call_${n}_x`, name: "recall", arguments: '{"query": "food"}' }],
            }
          : { content: "Peanuts." },
    });
    const agent = async (toolResult: string) => {
      const client = new OpenAI({
        baseURL: f.gateway.baseUrl("1"),
        apiKey: "unused",
        defaultHeaders: { [ATTRIBUTION_HEADERS.sandbox]: "test", [ATTRIBUTION_HEADERS.scope]: "reflect" },
      });
      const messages: OpenAI.ChatCompletionMessageParam[] = [{ role: "user", content: "Which allergy?" }];
      const first = await client.chat.completions.create({ model: "m", messages });
      const turn = first.choices[0]?.message;
      const call = turn?.tool_calls?.[0];
      if (!turn || !call) throw new Error("no tool call");
      messages.push(turn, { role: "tool", tool_call_id: call.id, content: toolResult });
      const second = await client.chat.completions.create({ model: "m", messages });
      return { id: call.id, text: second.choices[0]?.message.content };
    };
    const recorded: unknown[] = [];
    await f.record("test", async () => {
      recorded.push(await agent('{"facts": [1], "total": 1}'));
    });
    await f.begin("replay");
    // The same result in another spelling.
    expect(await agent('{"total":1,"facts":[1]}')).toEqual(recorded[0]);
    expect(await f.end()).toMatchObject({ misses: [], unused: [] });
  });

  test("is order-free across keys, and first-in-first-out within one", async () => {
    const f = await startGateway({ script: (_request, n) => ({ content: `answer ${n}` }) });
    await f.record("test", async () => {
      for (const question of ["A", "B", "A", "C"]) await f.ask(chat(question));
    });
    await f.begin("replay");
    const contents: unknown[] = [];
    for (const question of ["C", "A", "B", "A"]) contents.push((await f.ask(chat(question))).content);
    expect(contents).toEqual(["answer 4", "answer 1", "answer 2", "answer 3"]);
    expect(await f.end()).toMatchObject({ misses: [], unused: [] });
  });

  test("requests that differ in their ids alone are each answered by their own, in any order", async () => {
    const f = await startGateway();
    const orders = ["11111111-1111-4111-8111-111111111111", "22222222-2222-4222-8222-222222222222"];
    const [one = "", two = ""] = orders.map((id) => `Where is order ${id}?`);
    await f.begin("record");
    await f.ask(chat(one));
    await f.ask(chat(two));
    await f.end();
    const lines = (await f.read()).split("\n").filter((line) => line.includes('"ids"'));
    expect(lines).toHaveLength(2);
    await f.begin("replay");
    expect((await f.ask(chat(two))).content).toBe(`Answer to: ${two}`);
    expect((await f.ask(chat(one))).content).toBe(`Answer to: ${one}`);
    expect(await f.end()).toMatchObject({ misses: [], unused: [] });
    // Which of them is left does not hang on their order.
    await f.begin("replay");
    await f.ask(chat(two));
    expect(await f.end()).toMatchObject({ misses: [], unused: [{ recorded: 2, asked: 1, places: [0] }] });
    // A run that makes its ids up gets the next in order, for its own ids.
    await f.begin("replay");
    const [new1, new2] = ["3", "4"].map((n) => `Where is order ${n.repeat(8)}-3333-4333-8333-333333333333?`);
    expect((await f.ask(chat(new1 ?? ""))).content).toBe(`Answer to: ${new1}`);
    expect((await f.ask(chat(new2 ?? ""))).content).toBe(`Answer to: ${new2}`);
    expect(await f.end()).toMatchObject({ misses: [], unused: [] });
  });

  test("keys do not depend on caching hints, the key or other headers", async () => {
    const f = await startGateway();
    await f.record("test", () => f.ask(chat("Who?", { user: "bank-1", prompt_cache_key: "a" })));
    await f.begin("replay");
    const again = chat("Who?", { user: "bank-2", stream: false });
    const answer = await f.ask(again, { headers: { authorization: "Bearer other", "x-request-id": "7" } });
    expect(answer.status).toBe(200);
    await f.end();
  });

  test("concurrent tests in two sandboxes do not share a queue", async () => {
    const f = await startGateway({ script: (_request, n) => ({ content: `answer ${n}` }) });
    await f.record("one", () => f.ask(chat("Who?"), { sandbox: "one" }));
    await f.record("two", () => f.ask(chat("Who?"), { sandbox: "two" }));
    await Promise.all([f.begin("replay", "one"), f.begin("replay", "two")]);
    const [two, one] = await Promise.all([
      f.ask(chat("Who?"), { sandbox: "two" }),
      f.ask(chat("Who?"), { sandbox: "one" }),
    ]);
    expect([one.content, two.content]).toEqual(["answer 1", "answer 2"]);
    for (const name of ["one", "two"])
      expect(await f.end(true, name)).toMatchObject({ misses: [], unused: [] });
  });

  test("the same sandbox name on two slots is two tests", async () => {
    const f = await startGateway();
    await f.record("test", () => f.ask(chat("Who?")));
    await f.begin("replay");
    expect((await f.ask(chat("Who?"), { slot: "2" })).status).toBe(400);
    expect(f.gateway.takeUnattributed("2")).toHaveLength(1);
    expect(await f.end()).toMatchObject({ misses: [], unused: [{ recorded: 1, asked: 0 }] });
  });

  test("reports what was recorded and not asked", async () => {
    const f = await startGateway();
    await f.record("test", async () => {
      await f.ask(chat("Used?"));
      await f.ask(chat("Never asked again?"));
      await f.ask(chat("Never asked again?"));
    });
    await f.begin("replay");
    await f.ask(chat("Used?"));
    await f.ask(chat("Never asked again?"));
    const { unused } = await f.end();
    expect(unused).toMatchObject([{ scope: "reflect", recorded: 2, asked: 1 }]);
    expect(unused[0]?.summary).toContain("reflect, scripted-model (recorded 2, asked 1): Never asked again?");
  });
});

describe("misses", () => {
  test("are answered with 400 and no retry, and never reach the provider", async () => {
    const f = await startGateway();
    await f.begin("replay");
    const answer = await f.ask(chat("Who?"));
    expect(answer.status).toBe(400);
    expect(answer.headers.get("x-should-retry")).toBe("false");
    expect(answer.headers.get("content-type")).toBe("application/json");
    expect(answer.body.error).toMatchObject({ type: "llm_miss", code: "llm_miss" });
    expect(answer.body.error?.message).toContain("not in the test's cassette");
    expect(f.provider.requests).toEqual([]);
    await f.end();
  });

  test("are kept, though the server swallowed the error, once for all its attempts", async () => {
    const f = await startGateway();
    await f.begin("replay");
    for (let attempt = 0; attempt < 3; attempt++) await f.ask(chat("Who?"));
    const { misses, calls } = await f.end();
    expect(misses).toHaveLength(1);
    expect(misses[0]?.report).toContain(
      "reflect asked scripted-model something that was not recorded (3 times).",
    );
    expect(calls.map(({ source, status }) => [source, status])).toEqual(Array(3).fill(["none", 400]));
  });

  test("the official client does not retry one", async () => {
    const f = await startGateway();
    await f.begin("replay");
    const client = new OpenAI({
      baseURL: f.gateway.baseUrl("1"),
      apiKey: "unused",
      maxRetries: 5,
      defaultHeaders: { [ATTRIBUTION_HEADERS.sandbox]: "test" },
    });
    const asking = client.chat.completions.create({
      model: "m",
      messages: [{ role: "user", content: "Who?" }],
    });
    await expect(asking).rejects.toThrow(/not in the test's cassette/);
    expect((await f.end()).calls).toHaveLength(1);
  });

  test("an answer is not used twice", async () => {
    const f = await startGateway();
    await f.record("test", () => f.ask(chat("Who?")));
    await f.begin("replay");
    expect((await f.ask(chat("Who?"))).status).toBe(200);
    expect((await f.ask(chat("Who?"))).status).toBe(400);
    const { misses, unused } = await f.end();
    expect(misses).toMatchObject([{ cause: "asked-again" }]);
    expect(misses[0]?.report).toContain("the same thing 2 times, and it was recorded once.");
    expect(unused).toEqual([]);
  });

  test("a call in a sandbox without a test is refused, kept, and not forwarded", async () => {
    const f = await startGateway();
    await f.begin("record");
    const answer = await f.ask(chat("Who?"), { sandbox: "" });
    expect(answer.status).toBe(400);
    await f.ask(chat("Who?"), { sandbox: "" });
    await f.ask(chat("Who?"), { sandbox: "ended", scope: "retain_extract_facts" });
    expect(f.provider.requests).toEqual([]);
    expect(f.gateway.takeUnattributed("1")).toEqual([
      'reflect asked the model for bank "test-bank" in the default sandbox, where no test was running.',
      'retain_extract_facts asked the model for bank "test-bank" in sandbox ended, where no test was running.',
    ]);
    expect(f.gateway.takeUnattributed("1")).toEqual([]);
    expect(await f.end()).toMatchObject({ misses: [], written: null });
  });

  test("a call after the test's end belongs to nobody", async () => {
    const f = await startGateway();
    await f.record("test", () => f.ask(chat("Who?")));
    await f.begin("replay");
    await f.end();
    expect((await f.ask(chat("Who?"))).status).toBe(400);
    expect(f.gateway.takeUnattributed("1")).toHaveLength(1);
  });

  test.each([
    ["text that is no JSON", "{", "not a JSON object"],
    ["no messages", JSON.stringify({ model: "m" }), "no list of `messages`"],
    ["no model", JSON.stringify({ messages: [] }), "names no `model`"],
  ])("a request that cannot be read is one: %s", async (_name, body, reason) => {
    const f = await startGateway();
    for (const mode of ["record", "replay"] as const) {
      await f.begin(mode);
      const answer = await f.ask(body);
      expect(answer.status).toBe(400);
      expect(answer.body.error?.message).toContain(reason);
      const { misses, written } = await f.end();
      expect(misses).toMatchObject([{ cause: "unreadable", scope: "reflect" }]);
      expect(misses[0]?.report).toContain(reason);
      expect(written).toBeNull();
    }
    expect(f.provider.requests).toEqual([]);
  });
});
