import { once } from "node:events";
import OpenAI from "openai";
import { describe, expect, test } from "vitest";
import { ATTRIBUTION_HEADERS } from "../../src/daemon-protocol.ts";
import { chat, deferred, startGateway } from "./gateway-fixture.ts";

const OLD = "0f8fad5b-d9cb-469f-a165-70867728950e";
const NEW = "7c9e6679-7425-40de-944b-e07fc1f90ae7";

function chunk(delta: unknown, finish: string | null = null): string {
  const choice = { index: 0, delta, finish_reason: finish };
  const id = `chatcmpl-${process.hrtime.bigint()}`;
  const data = { id, object: "chat.completion.chunk", created: Date.now(), model: "m", choices: [choice] };
  return `data: ${JSON.stringify(data)}\n\n`;
}
const call = (args: string) => ({ tool_calls: [{ index: 0, function: { arguments: args } }] });
const DONE = "data: [DONE]\n\n";

type Fixture = Awaited<ReturnType<typeof startGateway>>;

function client(f: Fixture): OpenAI {
  return new OpenAI({
    baseURL: f.gateway.baseUrl("1"),
    apiKey: "unused",
    maxRetries: 0,
    defaultHeaders: { [ATTRIBUTION_HEADERS.sandbox]: "test", [ATTRIBUTION_HEADERS.scope]: "agent" },
  });
}

async function read(f: Fixture, text = "Who?", onChunk = () => {}) {
  const messages = [{ role: "user" as const, content: text }];
  const stream = await client(f).chat.completions.create({ model: "m", messages, stream: true });
  const chunks = [];
  for await (const { choices } of stream) {
    chunks.push(choices[0]?.delta);
    onChunk();
  }
  return chunks;
}

describe("a streamed answer", () => {
  test("is replayed with its chunks, text and tool call", async () => {
    const stream = [
      chunk({ role: "assistant", content: "Pea" }),
      chunk({ content: "nuts" }),
      chunk({ tool_calls: [{ index: 0, id: "call_x", function: { name: "recall", arguments: '{"q"' } }] }),
      chunk(call(': "food"}')),
      chunk({}, "tool_calls"),
      DONE,
    ];
    const f = await startGateway({ script: () => ({ stream }) });
    let recorded: unknown;
    await f.record("test", async () => {
      recorded = await read(f);
    });
    await f.provider.close();
    await f.begin("replay");
    expect(await read(f)).toEqual(recorded);
    expect(recorded).toHaveLength(5);
    expect(await f.end()).toMatchObject({
      misses: [],
      unused: [],
      calls: [{ source: "cassette", status: 200 }],
    });
  });

  test("reaches its reader while the provider still writes", async () => {
    let goOn = () => {};
    const f = await startGateway({
      script: () => ({
        stream: {
          async *[Symbol.asyncIterator]() {
            yield chunk({ content: "first" });
            await new Promise<void>((resolve) => {
              goOn = resolve;
            });
            yield chunk({ content: "last" }, "stop");
          },
        },
      }),
    });
    await f.record("test", async () => {
      const messages = [{ role: "user" as const, content: "Who?" }];
      const stream = await client(f).chat.completions.create({ model: "m", messages, stream: true });
      const texts: unknown[] = [];
      for await (const { choices } of stream) {
        texts.push(choices[0]?.delta.content);
        goOn();
      }
      expect(texts).toEqual(["first", "last"]);
    });
  });

  test("cites this run's ids, though they were cut in two", async () => {
    const stream = [
      chunk({ role: "assistant", content: `see ${OLD.slice(0, 20)}` }),
      chunk({ content: `${OLD.slice(20)}.` }),
      chunk(call(`{"ids":["${OLD.slice(0, 3)}`)),
      chunk(call(`${OLD.slice(3)}"]}`)),
      chunk({}, "stop"),
      DONE,
    ];
    const f = await startGateway({ script: () => ({ stream }) });
    await f.record("test", () => read(f, `[${OLD}] tea`));
    expect(await f.read()).not.toContain(OLD);
    await f.begin("replay");
    const chunks = await read(f, `[${NEW}] tea`);
    expect(chunks.map((delta) => delta?.content ?? "").join("")).toBe(`see ${NEW}.`);
    const args = chunks.map((delta) => delta?.tool_calls?.[0]?.function?.arguments ?? "").join("");
    expect(JSON.parse(args)).toEqual({ ids: [NEW] });
    expect(chunks).toHaveLength(5);
    expect(await f.end()).toMatchObject({ misses: [], unused: [] });
  });

  test("that is broken off is handed on as far as it came, and not recorded", async () => {
    const stream = [chunk({ content: "half" })];
    const f = await startGateway({ script: () => ({ stream, breaksOff: true }) });
    const { written, calls } = await f.record("test", () => expect(read(f)).rejects.toThrow());
    expect(written).toBeNull();
    expect(calls).toHaveLength(1);
  });

  test("that ends without an end is not recorded", async () => {
    const f = await startGateway({ script: () => ({ stream: [chunk({ content: "half" }), DONE] }) });
    expect((await f.record("test", () => read(f))).written).toBeNull();
  });

  test("that its reader leaves is cut off at the provider, and not recorded", async () => {
    const f = await startGateway({
      script: () => ({
        stream: {
          async *[Symbol.asyncIterator]() {
            yield chunk({ content: "first" });
            await new Promise(() => {});
          },
        },
      }),
    });
    const { written } = await f.record("test", async () => {
      const messages = [{ role: "user" as const, content: "Who?" }];
      const stream = await client(f).chat.completions.create({ model: "m", messages, stream: true });
      for await (const _ of stream) break;
      const [request] = f.provider.requests;
      if (!request?.signal.aborted) await once(request?.signal ?? new EventTarget(), "abort");
    });
    expect(written).toBeNull();
  });

  test("whose reader leaves after its last event is recorded", async () => {
    const f = await startGateway({
      script: () => ({
        stream: {
          async *[Symbol.asyncIterator]() {
            yield chunk({ content: "all" }, "stop");
            yield DONE;
            await new Promise(() => {});
          },
        },
      }),
    });
    const { written } = await f.record("test", async () => {
      const body = JSON.stringify(chat("Who?", { stream: true }));
      const headers = { [ATTRIBUTION_HEADERS.sandbox]: "test" };
      const url = `${f.gateway.baseUrl("1")}/chat/completions`;
      const reader = (await fetch(url, { method: "POST", body, headers })).body?.getReader();
      let text = "";
      while (!text.includes(DONE)) text += new TextDecoder().decode((await reader?.read())?.value);
      await reader?.cancel();
    });
    expect(written).toBe(f.path());
  });

  test("is waited for at the end of a passed test, from its beginning to its end", async () => {
    const { promise: begun, resolve: begin } = deferred();
    const { promise: hasRead, resolve: goOn } = deferred();
    const stream = {
      async *[Symbol.asyncIterator]() {
        yield chunk({ content: "slow" });
        await hasRead;
        yield chunk({ content: "ly" }, "stop");
        yield DONE;
      },
    };
    const f = await startGateway({
      script: async () => {
        await begun;
        return { stream };
      },
    });
    await f.begin("record");
    const reading = read(f, "Who?", goOn);
    await f.provider.received(1);
    const ending = f.end();
    begin();
    expect(await reading).toHaveLength(2);
    expect(await ending).toMatchObject({ written: f.path(), calls: [{ status: 200 }] });
  });

  test("is another request than the whole answer", async () => {
    const f = await startGateway();
    await f.record("test", () => f.ask(chat("Who?")));
    await f.begin("replay");
    expect((await f.ask(chat("Who?", { stream: true }))).status).toBe(400);
    expect((await f.end()).misses).toMatchObject([{ cause: "parameters" }]);
  });
});
