import Anthropic from "@anthropic-ai/sdk";
import { describe, expect, test } from "vitest";
import type { Json } from "../../../src/gateway/json.ts";
import { anthropicMessages } from "../../../src/gateway/wire/anthropic-messages.ts";
import type { Script } from "../scripted-openai.ts";
import { bodyOf, NEW, OLD, recordAndReplay, SIGNATURE, sse, startProvider } from "./chat-clients.ts";

const TOOLS: Anthropic.Tool[] = [{ name: "recall", input_schema: { type: "object" } }];
const random = () => process.hrtime.bigint().toString(36);

function client(baseURL: string): Anthropic {
  return new Anthropic({ baseURL, apiKey: "unused-stand-in" });
}

function message(content: unknown, stopReason = "end_turn") {
  return {
    id: `msg_${random()}`,
    type: "message",
    role: "assistant",
    model: "claude-haiku-4-5-20251001",
    content,
    stop_reason: stopReason,
    stop_sequence: null,
    container: null,
    usage: { input_tokens: 3, cache_creation_input_tokens: 5, cache_read_input_tokens: 7, output_tokens: 11 },
  };
}

/** Thinks and calls two tools at once; then answers with what the first one gave. */
const agent: Script = (request) => {
  const { messages } = bodyOf<{ messages: Anthropic.MessageParam[] }>(request);
  const asked = String(messages[0]?.content);
  if (messages.length > 1)
    return { status: 200, body: message([{ type: "text", text: `It is ${asked} ☕` }]) };
  const content = [
    { type: "thinking", thinking: `They ask for ${asked}`, signature: SIGNATURE },
    { type: "redacted_thinking", data: SIGNATURE },
    { type: "tool_use", id: `toolu_${random()}`, name: "recall", input: { ids: [asked] } },
    { type: "tool_use", id: `toolu_${random()}`, name: "recall", input: {} },
  ];
  return { status: 200, body: message(content, "tool_use") };
};

async function converse(base: string, id: string) {
  const ask = (messages: Anthropic.MessageParam[]) =>
    client(base).messages.create({
      model: "claude-haiku-4-5",
      max_tokens: 9,
      system: [{ type: "text", text: "Be brief.", cache_control: { type: "ephemeral" } }],
      tools: TOOLS,
      messages,
    });
  const question = { role: "user" as const, content: id };
  const first = await ask([question]);
  const results = first.content.flatMap((block) =>
    block.type === "tool_use"
      ? [{ type: "tool_result" as const, tool_use_id: block.id, content: JSON.stringify({ found: id }) }]
      : [],
  );
  const second = await ask([
    question,
    { role: "assistant", content: first.content },
    { role: "user", content: results },
  ]);
  return { content: first.content, answer: second.content, usage: second.usage };
}

const read = (body: Json) => anthropicMessages.readRequest({ path: "/messages", body });

describe("Anthropic's client", () => {
  test("replays a conversation with tools, and its signatures stay as they are", async () => {
    const { recorded, requests } = await recordAndReplay({ provider: "anthropic", script: agent }, converse);
    expect(requests.map(({ path }) => path)).toEqual(["/v1/messages", "/v1/messages"]);
    expect(requests[0]?.headers).toMatchObject({
      "x-api-key": "the-real-key",
      "anthropic-version": "2023-06-01",
    });
    const [thinking, redacted] = recorded.content;
    expect([thinking, redacted]).toEqual([
      { type: "thinking", thinking: `They ask for ${OLD}`, signature: SIGNATURE },
      { type: "redacted_thinking", data: SIGNATURE },
    ]);
  });

  test("replays a stream with its events, whose ids are this run's and whose signature is not", async () => {
    const usage = { input_tokens: 3, output_tokens: 1 };
    const script: Script = (request) => {
      const asked = String(bodyOf<{ messages: { content: string }[] }>(request).messages[0]?.content);
      const delta = (index: number, data: object) => ({ type: "content_block_delta", index, delta: data });
      const events = [
        { type: "message_start", message: { ...message([]), stop_reason: null, usage } },
        {
          type: "content_block_start",
          index: 0,
          content_block: { type: "thinking", thinking: "", signature: "" },
        },
        { type: "ping" },
        delta(0, { type: "thinking_delta", thinking: `See ${asked.slice(0, 9)}` }),
        delta(0, { type: "thinking_delta", thinking: asked.slice(9) }),
        delta(0, { type: "signature_delta", signature: SIGNATURE }),
        { type: "content_block_stop", index: 0 },
        {
          type: "content_block_start",
          index: 1,
          content_block: { type: "tool_use", id: random(), name: "recall", input: {} },
        },
        delta(1, { type: "input_json_delta", partial_json: "" }),
        delta(1, { type: "input_json_delta", partial_json: `{"ids":["${asked.slice(0, 3)}` }),
        delta(1, { type: "input_json_delta", partial_json: `${asked.slice(3)}"]}` }),
        { type: "content_block_stop", index: 1 },
        {
          type: "message_delta",
          delta: { stop_reason: "tool_use", stop_sequence: null },
          usage: { output_tokens: 20 },
        },
        { type: "message_stop" },
      ];
      return { stream: sse(events) };
    };
    const { recorded, cassette } = await recordAndReplay(
      { provider: "anthropic", script, version: "/v1" },
      async (base, id, f) => {
        const stream = client(base).messages.stream({
          model: "claude-haiku-4-5",
          max_tokens: 9,
          tools: TOOLS,
          messages: [{ role: "user", content: id }],
        });
        let events = 0;
        for await (const _ of stream) events += 1;
        const { id: _id, ...final } = await stream.finalMessage();
        const [call] = f.gateway.calls({ slot: "1", sandboxId: "test" });
        return { final, events, tokens: [call?.inputTokens, call?.outputTokens] };
      },
    );
    expect(recorded).toMatchObject({ events: 13, tokens: [3, 20] });
    expect(recorded.final.content).toMatchObject([{ signature: SIGNATURE }, { input: { ids: [OLD] } }]);
    expect(cassette.replaceAll(SIGNATURE, "")).not.toContain(OLD);
  });

  test("is told of a miss in its own form, and does not ask again", async () => {
    const { f, begin, base } = await startProvider({ provider: "anthropic", script: agent });
    await begin("replay");
    const error = await converse(base, NEW).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(Anthropic.BadRequestError);
    expect(error).toMatchObject({ error: { type: "error", error: { type: "invalid_request_error" } } });
    expect((await f.end()).calls).toHaveLength(1);
  });

  test("gets a stream whose provider fails in the middle, and nothing is recorded", async () => {
    const overloaded = { type: "error", error: { type: "overloaded_error", message: "Overloaded" } };
    const script: Script = () => ({
      stream: sse([{ type: "message_start", message: message([]) }, overloaded]),
    });
    const { f, begin, base } = await startProvider({ provider: "anthropic", script });
    await begin("record");
    const stream = client(base).messages.stream({
      model: "m",
      max_tokens: 9,
      messages: [{ role: "user", content: "Hi" }],
    });
    await expect(stream.finalMessage()).rejects.toThrow("Overloaded");
    expect((await f.end()).written).toBeNull();
  });

  test("reads what a test answers itself", async () => {
    const { f, begin, base } = await startProvider({ provider: "anthropic", script: agent });
    await begin("scripted");
    f.gateway.respond({ slot: "1", sandboxId: "test" }, "", async () => ({
      text: "Tea",
      toolCalls: [{ name: "recall", arguments: { q: 1 } }],
    }));
    const request = { model: "m", max_tokens: 9, messages: [{ role: "user" as const, content: "Hi" }] };
    const content = [
      { type: "text", text: "Tea" },
      { type: "tool_use", name: "recall", input: { q: 1 } },
    ];
    expect(await client(base).messages.create(request)).toMatchObject({ content, stop_reason: "tool_use" });
    expect(await client(base).messages.stream(request).finalMessage()).toMatchObject({ content });
  });
});

describe("readRequest", () => {
  const request = {
    model: "m",
    max_tokens: 9,
    messages: [{ role: "user", content: "Hi" }],
  };

  test("takes a request apart; what caches and who asks are left out, what is unknown is not", () => {
    const asked = read({
      ...request,
      system: [{ type: "text", text: "Be brief.", cache_control: { type: "ephemeral" } }],
      tools: [
        {
          name: "t",
          input_schema: { properties: { cache_control: { type: "string" } } },
          cache_control: { type: "ephemeral" },
        },
      ],
      output_config: { effort: "low", format: { type: "json_schema", schema: {} } },
      metadata: { user_id: "u" },
      stream: false,
      brand_new: [1],
    });
    expect(asked).toEqual({
      model: "m",
      isStreamed: false,
      segments: {
        system: [{ type: "text", text: "Be brief." }],
        tools: [{ name: "t", input_schema: { properties: { cache_control: { type: "string" } } } }],
        schema: { type: "json_schema", schema: {} },
        parameters: { max_tokens: 9, output_config: { effort: "low" }, brand_new: [1] },
        conversation: [{ role: "user", content: "Hi" }],
      },
    });
  });

  test("ids of calls count by their order, results as JSON, and input is data", () => {
    const ask = (id: string, result: string, input: Json = { id: "x" }) =>
      read({
        ...request,
        messages: [
          { role: "assistant", content: [{ type: "tool_use", id, name: "t", input }] },
          {
            role: "user",
            content: [{ type: "tool_result", tool_use_id: id, content: [{ type: "text", text: result }] }],
          },
        ],
      });
    expect(ask("toolu_1", '{"a":1,"tool_use_id":"x"}')).toEqual(
      ask("toolu_2", '{ "tool_use_id":"x", "a": 1}'),
    );
    expect(ask("toolu_1", '{"tool_use_id":"x"}')).not.toEqual(ask("toolu_1", '{"tool_use_id":"y"}'));
    expect(ask("toolu_1", "{}", { id: "y" })).not.toEqual(ask("toolu_1", "{}"));
  });

  test.each<[string, Json]>([
    ["no object", []],
    ["no model", { messages: [] }],
    ["no messages", { model: "m" }],
  ])("refuses a body with %s", (_name, body) => {
    expect(() => read(body)).toThrow(/request/);
  });
});
