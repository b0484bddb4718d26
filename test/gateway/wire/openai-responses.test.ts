import OpenAI from "openai";
import { describe, expect, test } from "vitest";
import type { Json } from "../../../src/gateway/json.ts";
import { openaiResponses } from "../../../src/gateway/wire/openai-responses.ts";
import type { Script } from "../scripted-openai.ts";
import { bodyOf, OLD, recordAndReplay, SIGNATURE, sse, startProvider } from "./chat-clients.ts";

const TOOLS: OpenAI.Responses.Tool[] = [
  { type: "function", name: "recall", parameters: { type: "object" }, strict: false },
];
const random = () => process.hrtime.bigint().toString(36);

function client(baseURL: string): OpenAI {
  return new OpenAI({ baseURL, apiKey: "unused-stand-in" });
}

function response(output: unknown[], more: object = {}) {
  return {
    id: `resp_${random()}`,
    object: "response",
    created_at: Date.now(),
    status: "completed",
    error: null,
    incomplete_details: null,
    instructions: "Be brief.",
    model: "gpt-5.6",
    output,
    store: false,
    tools: TOOLS,
    usage: { input_tokens: 3, output_tokens: 4, total_tokens: 7 },
    ...more,
  };
}

const words = (text: string) => ({
  type: "message",
  id: `msg_${random()}`,
  role: "assistant",
  status: "completed",
  content: [{ type: "output_text", text, annotations: [] }],
});

const agent: Script = (request) => {
  const { input } = bodyOf<{ input: { content?: string }[] }>(request);
  const asked = input[0]?.content ?? "";
  if (input.length > 1) return { status: 200, body: response([words(`It is ${asked}`)]) };
  const output = [
    { type: "reasoning", id: `rs_${random()}`, summary: [], encrypted_content: SIGNATURE },
    {
      type: "function_call",
      id: `fc_${random()}`,
      call_id: `call_${random()}`,
      name: "recall",
      arguments: `{"ids": ["${asked}"]}`,
    },
    {
      type: "function_call",
      id: `fc_${random()}`,
      call_id: `call_${random()}`,
      name: "recall",
      arguments: "{}",
    },
  ];
  return { status: 200, body: response(output) };
};

async function converse(base: string, id: string) {
  const ask = (input: OpenAI.Responses.ResponseInput) =>
    client(base).responses.create({
      model: "gpt-5.6",
      instructions: "Be brief.",
      store: false,
      include: ["reasoning.encrypted_content"],
      tools: TOOLS,
      input,
    });
  const question = { role: "user" as const, content: id };
  const first = await ask([question]);
  const results = first.output.flatMap((item) =>
    item.type === "function_call"
      ? [
          {
            type: "function_call_output" as const,
            call_id: item.call_id,
            output: JSON.stringify({ found: id }),
          },
        ]
      : [],
  );
  const own = first.output.filter((item) => item.type === "reasoning" || item.type === "function_call");
  const second = await ask([question, ...own, ...results]);
  return { first: first.output, text: second.output_text, id: second.id, usage: second.usage };
}

const read = (body: Json) => openaiResponses.readRequest({ path: "/responses", body });

describe("OpenAI's client", () => {
  test("replays a conversation with tools, whose encrypted reasoning stays as it is", async () => {
    const { recorded, requests, cassette } = await recordAndReplay(
      { provider: "openai", script: agent, version: "/v1" },
      converse,
    );
    expect(requests.map(({ path }) => path)).toEqual(["/v1/responses", "/v1/responses"]);
    expect(recorded.first).toMatchObject([
      { encrypted_content: SIGNATURE },
      { arguments: `{"ids": ["${OLD}"]}` },
      {},
    ]);
    expect(bodyOf<{ input: unknown[] }>(requests[1] ?? expect.fail()).input[1]).toMatchObject({
      encrypted_content: SIGNATURE,
    });
    expect(recorded.text).toBe(`It is ${OLD}`);
    expect(cassette.replaceAll(SIGNATURE, "")).not.toContain(OLD);
  });

  test("goes on from a response that the provider stored, by its own id", async () => {
    const script: Script = (request) => {
      const { previous_response_id: previous } = bodyOf(request);
      return {
        status: 200,
        body: response([words(`after ${previous}`)], { id: previous ? "resp_b" : "resp_a", store: true }),
      };
    };
    const { recorded } = await recordAndReplay(
      { provider: "openai", script, version: "/v1" },
      async (base) => {
        const first = await client(base).responses.create({ model: "m", input: "Hi" });
        const second = await client(base).responses.create({
          model: "m",
          input: "And?",
          previous_response_id: first.id,
        });
        return second.output_text;
      },
    );
    expect(recorded).toBe("after resp_a");
  });

  test("replays a stream with its events, and ids that were cut in two", async () => {
    const script: Script = (request) => {
      const { input } = bodyOf<{ input: string }>(request);
      const place = { item_id: "msg_1", output_index: 0, content_index: 0 };
      const message = words(input);
      const delta = (text: string) => ({
        type: "response.output_text.delta",
        ...place,
        delta: text,
        logprobs: [],
        obfuscation: random(),
      });
      const events = [
        { type: "response.created", response: response([], { status: "in_progress" }) },
        { type: "response.output_item.added", output_index: 0, item: { ...message, content: [] } },
        {
          type: "response.content_part.added",
          ...place,
          part: { type: "output_text", text: "", annotations: [] },
        },
        delta(input.slice(0, 20)),
        delta(input.slice(20)),
        { type: "response.something_new", note: "kept" },
        { type: "response.output_text.done", ...place, text: input },
        { type: "response.output_item.done", output_index: 0, item: message },
        { type: "response.completed", response: response([message]) },
      ].map((event, n) => ({ ...event, sequence_number: n }));
      return { stream: sse(events) };
    };
    const { recorded, cassette } = await recordAndReplay(
      { provider: "openai", script, version: "/v1" },
      async (base, id) => {
        const stream = await client(base).responses.create({ model: "m", input: id, stream: true });
        const events = [];
        for await (const event of stream) events.push(event);
        const deltas = events.flatMap((event) =>
          event.type === "response.output_text.delta" ? event.delta : [],
        );
        return { types: events.map(({ type }) => type), text: deltas.join(""), last: events.at(-1) };
      },
    );
    expect(recorded).toMatchObject({
      text: OLD,
      last: { type: "response.completed", response: { output: [{ content: [{ text: OLD }] }] } },
    });
    expect(recorded.types).toContain("response.something_new");
    expect(recorded.types).toHaveLength(9);
    expect(cassette).not.toContain(OLD);
    expect(cassette).not.toContain("obfuscation");
  });

  test("gets a stream that fails, and nothing is recorded", async () => {
    const script: Script = () => ({
      stream: sse([
        { type: "response.created", response: response([], { status: "in_progress" }) },
        {
          type: "response.failed",
          response: response([], { status: "failed", error: { code: "server_error", message: "No" } }),
        },
      ]),
    });
    const { f, begin, base } = await startProvider({ provider: "openai", script, version: "/v1" });
    await begin("record");
    const stream = await client(base).responses.create({ model: "m", input: "Hi", stream: true });
    const types = [];
    for await (const { type } of stream) types.push(type);
    expect(types).toEqual(["response.created", "response.failed"]);
    expect((await f.end()).written).toBeNull();
  });

  test("reads what a test answers itself", async () => {
    const { f, begin, base } = await startProvider({ provider: "openai", script: agent });
    await begin("scripted");
    f.gateway.respond({ slot: "1", sandboxId: "test" }, "", async () => ({
      text: "Tea",
      toolCalls: [{ name: "recall", arguments: { q: 1 } }],
    }));
    const request = { model: "m", input: "Hi" };
    const output = [{ type: "message" }, { type: "function_call", name: "recall", arguments: '{"q":1}' }];
    expect(await client(base).responses.create(request)).toMatchObject({ output, output_text: "Tea" });
    expect(await client(base).responses.stream(request).finalResponse()).toMatchObject({
      output,
      output_text: "Tea",
    });
  });
});

describe("readRequest", () => {
  test("takes a request apart", () => {
    const asked = read({
      model: "m",
      instructions: "Be brief.",
      input: [
        { role: "developer", content: "In French." },
        { role: "user", content: "Hi" },
      ],
      tools: [{ type: "function", name: "t" }],
      text: { verbosity: "low", format: { type: "json_object" } },
      store: false,
      user: "bank",
      brand_new: 1,
      stream: true,
    });
    expect(asked).toEqual({
      model: "m",
      isStreamed: true,
      segments: {
        system: ["Be brief.", { role: "developer", content: "In French." }],
        tools: [{ type: "function", name: "t" }],
        schema: { type: "json_object" },
        parameters: { text: { verbosity: "low" }, store: false, brand_new: 1, stream: true },
        conversation: [{ role: "user", content: "Hi" }],
      },
    });
  });

  test("ids count by their order, arguments and outputs as JSON; a reference's id is meaning", () => {
    const ask = (id: string, json: string, reference = "msg_1") =>
      read({
        model: "m",
        input: [
          { type: "item_reference", id: reference },
          { type: "function_call", id: `fc_${id}`, call_id: id, name: "t", arguments: json },
          { type: "function_call_output", call_id: id, output: json },
        ],
      });
    expect(ask("call_1", '{"a":1,"b":2}')).toEqual(ask("call_2", '{"b": 2, "a": 1}'));
    expect(ask("call_1", "{}")).not.toEqual(ask("call_1", "{}", "msg_2"));
  });

  test.each<[string, Json]>([
    ["no object", []],
    ["no model", { input: "Hi" }],
    ["work in the background", { model: "m", input: "Hi", background: true }],
  ])("refuses %s", (_name, body) => {
    expect(() => read(body)).toThrow();
  });
});
