import { Ollama } from "ollama";
import { describe, expect, test } from "vitest";
import type { Json } from "../../../src/gateway/json.ts";
import { ollamaChat } from "../../../src/gateway/wire/ollama-chat.ts";
import type { Script } from "../scripted-openai.ts";
import { bodyOf, OLD, recordAndReplay, startProvider } from "./chat-clients.ts";

interface Body {
  messages: { role: string; content: string }[];
  stream?: boolean;
}

const part = (message: object, more: object = {}) => ({
  model: "gemma3:12b",
  created_at: new Date().toISOString(),
  message: { role: "assistant", content: "", ...message },
  done: false,
  ...more,
});
const end = () => ({
  done: true,
  done_reason: "stop",
  total_duration: Number(process.hrtime.bigint() % 1_000_000n),
  load_duration: 1,
  prompt_eval_count: 3,
  prompt_eval_duration: 1,
  eval_count: 4,
  eval_duration: 1,
});

const agent: Script = (request) => {
  const { messages, stream } = bodyOf<Body>(request);
  const asked = messages.find(({ role }) => role === "user")?.content ?? "";
  if (stream) {
    const parts = [
      part({ thinking: "Hm" }),
      part({ content: asked.slice(0, 20) }),
      part({ content: asked.slice(20) }),
      part({ tool_calls: [{ function: { name: "recall", arguments: { ids: [asked] } } }] }),
      part({}, end()),
    ];
    return { stream: parts.map((line) => `${JSON.stringify(line)}\n`), contentType: "application/x-ndjson" };
  }
  if (messages.some(({ role }) => role === "tool"))
    return { status: 200, body: part({ content: `It is ${asked}` }, end()) };
  const calls = [
    { function: { name: "recall", arguments: { ids: [asked] } } },
    { function: { name: "recall", arguments: {} } },
  ];
  return { status: 200, body: part({ tool_calls: calls }, end()) };
};

const read = (body: Json) => ollamaChat.readRequest({ path: "/api/chat", body });

describe("Ollama's client", () => {
  test.each(["", "/v1"])(
    "replays a conversation with tools, recorded from a base URL that ends with %j",
    async (version) => {
      const { recorded, requests } = await recordAndReplay(
        { provider: "ollama", script: agent, version },
        async (host, id) => {
          const client = new Ollama({ host });
          const question = { role: "user", content: id };
          const first = await client.chat({ model: "gemma3:12b", messages: [question] });
          const results = (first.message.tool_calls ?? []).map(() => ({
            role: "tool",
            tool_name: "recall",
            content: '{"a":1}',
          }));
          const second = await client.chat({
            model: "gemma3:12b",
            messages: [question, first.message, ...results],
          });
          return { calls: first.message.tool_calls, text: second.message.content, tokens: second.eval_count };
        },
      );
      expect(requests.map(({ path }) => path)).toEqual(["/api/chat", "/api/chat"]);
      expect(recorded).toMatchObject({ text: `It is ${OLD}`, tokens: 4 });
      expect(recorded.calls).toHaveLength(2);
    },
  );

  test("replays a stream part by part, with ids that were cut in two", async () => {
    const { recorded, cassette } = await recordAndReplay(
      { provider: "ollama", script: agent },
      async (host, id, f) => {
        const stream = await new Ollama({ host }).chat({
          model: "m",
          messages: [{ role: "user", content: id }],
          stream: true,
        });
        const parts = [];
        for await (const { message, done } of stream) parts.push({ message, done });
        const [call] = f.gateway.calls({ slot: "1", sandboxId: "test" });
        return {
          count: parts.length,
          calls: parts.map(({ message }) => message.tool_calls),
          text: parts.map(({ message }) => message.content).join(""),
          tokens: [call?.inputTokens, call?.outputTokens],
        };
      },
    );
    expect(recorded).toMatchObject({ text: OLD, tokens: [3, 4], count: 5 });
    expect(cassette).not.toContain(OLD);
  });

  test("gets a stream that fails, and nothing is recorded", async () => {
    const script: Script = () => ({
      stream: [`${JSON.stringify(part({ content: "half" }))}\n`, '{"error":"out of memory"}\n'],
      contentType: "application/x-ndjson",
    });
    const { f, begin, base } = await startProvider({ provider: "ollama", script });
    await begin("record");
    const stream = await new Ollama({ host: base }).chat({ model: "m", messages: [], stream: true });
    const reading = (async () => {
      for await (const _ of stream);
    })();
    await expect(reading).rejects.toThrow("out of memory");
    expect((await f.end()).written).toBeNull();
  });

  test("finds the server there without a provider, and is told of a miss", async () => {
    const { f, begin, base } = await startProvider({ provider: "ollama", script: agent });
    await begin("replay");
    const client = new Ollama({ host: base });
    expect(await client.list()).toEqual({ models: [] });
    expect(await (await fetch(`${base}/api/version`)).json()).toEqual({ version: expect.any(String) });
    await expect(client.chat({ model: "m", messages: [{ role: "user", content: "Hi" }] })).rejects.toThrow(
      "cassette",
    );
    expect((await f.end()).calls).toHaveLength(1);
  });

  test("reads what a test answers itself", async () => {
    const { f, begin, base } = await startProvider({ provider: "ollama", script: agent });
    await begin("scripted");
    f.gateway.respond({ slot: "1", sandboxId: "test" }, "", async () => ({
      text: "Tea",
      toolCalls: [{ name: "recall", arguments: { q: 1 } }],
    }));
    const client = new Ollama({ host: base });
    const message = { content: "Tea", tool_calls: [{ function: { name: "recall", arguments: { q: 1 } } }] };
    expect(await client.chat({ model: "m", messages: [] })).toMatchObject({ message });
    const parts = [];
    for await (const answered of await client.chat({ model: "m", messages: [], stream: true }))
      parts.push(answered);
    expect(parts).toMatchObject([{ message, done: true }]);
  });
});

test("a request is streamed unless it says otherwise, and how long the model stays loaded does not count", () => {
  const messages = [
    { role: "system", content: "Be brief." },
    { role: "user", content: "Hi" },
  ];
  const asked = read({
    model: "m",
    messages,
    format: "json",
    options: { num_ctx: 1 },
    keep_alive: "5m",
    think: false,
  });
  expect(asked).toEqual({
    model: "m",
    isStreamed: true,
    segments: {
      system: [messages[0]],
      tools: null,
      schema: "json",
      parameters: { options: { num_ctx: 1 }, think: false, stream: true },
      conversation: [messages[1]],
    },
  });
  expect(read({ model: "m", messages, stream: true })).toEqual(read({ model: "m", messages }));
  expect(read({ model: "m", messages, stream: false }).isStreamed).toBe(false);
});
