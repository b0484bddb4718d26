import { describe, expect, test } from "vitest";
import type { Json } from "../../../src/gateway/json.ts";
import { openaiChat } from "../../../src/gateway/wire/openai-chat.ts";

const read = (body: Json) => openaiChat.readRequest({ path: "/chat/completions", body });
const user = (content: string) => ({ role: "user", content });
const called = (id: string, args: string) => ({
  role: "assistant",
  content: null,
  tool_calls: [{ id, type: "function", function: { name: "recall", arguments: args } }],
});

describe("readRequest", () => {
  test("takes a request apart", () => {
    const asked = read({
      model: "m",
      messages: [
        { role: "developer", content: "You are." },
        { role: "system", content: "Be brief." },
        user("Hi"),
        { role: "system", content: "Now be long." },
      ],
      tools: [{ type: "function", function: { name: "recall" } }],
      tool_choice: "required",
      response_format: { type: "json_object" },
      temperature: 0,
      max_tokens: 10,
      stream: false,
      user: "bank",
      safety_identifier: "s",
      prompt_cache_key: "p",
      prompt_cache_retention: "24h",
    });
    expect(asked).toEqual({
      isStreamed: false,
      model: "m",
      segments: {
        system: [
          { role: "developer", content: "You are." },
          { role: "system", content: "Be brief." },
        ],
        tools: [{ type: "function", function: { name: "recall" } }],
        schema: { type: "json_object" },
        parameters: { tool_choice: "required", temperature: 0, max_tokens: 10 },
        conversation: [user("Hi"), { role: "system", content: "Now be long." }],
      },
    });
  });

  test("a request of instructions alone has an empty conversation", () => {
    const { segments } = read({ model: "m", messages: [{ role: "system", content: "x" }] });
    expect(segments).toMatchObject({ system: [{ content: "x" }], conversation: [] });
  });

  test("tool-call ids count by their order, and stay apart", () => {
    const run = (first: string, second: string) =>
      read({
        model: "m",
        messages: [
          user("Hi"),
          called(first, '{"q": 1}'),
          { role: "tool", tool_call_id: first, content: "one" },
          called(second, '{"q": 2}'),
          { role: "tool", tool_call_id: second, content: "two" },
        ],
      });
    expect(run("call_a", "call_b")).toEqual(run("toolu_9", "toolu_1"));
    expect(run("call_a", "call_b")).not.toEqual(run("call_a", "call_a"));
    expect(JSON.stringify(run("call_a", "call_b"))).not.toContain("call_a");
  });

  test("JSON in arguments and in tool results counts as JSON, and nowhere else", () => {
    const ask = (args: string, result: Json, question = "x") =>
      read({
        model: "m",
        messages: [user(question), called("c", args), { role: "tool", tool_call_id: "c", content: result }],
      });
    expect(ask('{"a":1,"b":2}', '{"c":[3]}')).toEqual(ask('{ "b": 2, "a": 1 }', '{"c": [3]}'));
    expect(ask("{}", [{ type: "text", text: '{"c":[3]}' }])).toEqual(
      ask("{}", [{ type: "text", text: '{ "c": [3] }' }]),
    );
    expect(ask('{"a":1}', "{}")).not.toEqual(ask('{"a":2}', "{}"));
    expect(ask("{}", "{}", '{"a":1}')).not.toEqual(ask("{}", "{}", '{ "a":1}'));
    expect(ask("{broken", "prose").segments.conversation).toMatchObject([
      {},
      { tool_calls: [{ function: { arguments: "{broken" } }] },
      { content: "prose" },
    ]);
  });
});

describe("answers", () => {
  const ANSWER = {
    id: "chatcmpl-random",
    object: "chat.completion",
    created: 1_735_689_600,
    model: "m-2024",
    system_fingerprint: "fp_1",
    service_tier: "default",
    choices: [
      {
        index: 0,
        message: { role: "assistant", content: "Hi", refusal: null, reasoning_content: "They greet." },
        logprobs: null,
        finish_reason: "stop",
      },
    ],
    usage: { prompt_tokens: 3, completion_tokens: 4, total_tokens: 7 },
  };

  test("keep what matters of an answer, and are whole again from it", () => {
    const kept = openaiChat.reduceAnswer(ANSWER);
    expect(kept).toEqual({
      model: "m-2024",
      service_tier: "default",
      choices: [{ index: 0, finish_reason: "stop", message: ANSWER.choices[0]?.message }],
      usage: ANSWER.usage,
    });
    const restored = openaiChat.restoreAnswer(kept ?? null, "0123456789abcdef0123456789abcdef");
    expect(restored).toEqual({
      id: "chatcmpl-0123456789abcdef01234567",
      object: "chat.completion",
      created: 0,
      ...(kept as object),
    });
    expect(openaiChat.readUsage(kept ?? null)).toEqual({ inputTokens: 3, outputTokens: 4 });
  });

  test("count no tokens where the provider did not", () => {
    const kept = openaiChat.reduceAnswer({ ...ANSWER, usage: null });
    expect(openaiChat.readUsage(kept ?? null)).toEqual({ inputTokens: null, outputTokens: null });
  });

  test.each<[string, Json | undefined]>([
    ["no JSON", undefined],
    ["an error", { ...ANSWER, error: { message: "oops" } }],
    ["no choices", { ...ANSWER, choices: [] }],
    ["no message", { ...ANSWER, choices: [{ index: 0, finish_reason: "stop" }] }],
    ["no end", { ...ANSWER, choices: [{ message: { content: "Hi" }, finish_reason: null }] }],
  ])("are not complete with %s", (_name, body) => {
    expect(openaiChat.reduceAnswer(body)).toBeUndefined();
  });
});

describe("what was once, and what others add", () => {
  test("functions are tools, their arguments and results JSON", () => {
    const ask = (args: string, result: string) =>
      read({
        model: "m",
        functions: [{ name: "recall" }],
        messages: [
          user("Hi"),
          { role: "assistant", content: null, function_call: { name: "recall", arguments: args } },
          { role: "function", name: "recall", content: result },
        ],
      });
    expect(ask('{"a":1,"b":2}', '{"c":3}')).toEqual(ask('{"b":2, "a":1}', '{ "c":3 }'));
    expect(ask("{}", "{}").segments).toMatchObject({ tools: [{ name: "recall" }], parameters: {} });
    const both = read({ model: "m", messages: [], tools: [], functions: [{ name: "recall" }] });
    expect(both.segments).toMatchObject({ tools: [], parameters: { functions: [{ name: "recall" }] } });
  });

  test("every text that a stream gives in pieces is found, of every choice", () => {
    const delta = {
      content: "a",
      refusal: "b",
      reasoning_content: "c",
      function_call: { arguments: "d" },
      tool_calls: [
        { index: 1, function: { arguments: "e" } },
        { index: 2, custom: { input: "f" } },
      ],
      audio: { transcript: "g", data: "AAAA" },
    };
    const found = openaiChat.stream?.findFragments({ choices: [{ index: 3, delta }] });
    expect(found?.map(({ channel }) => channel)).toEqual([
      "3 content",
      "3 refusal",
      "3 reasoning_content",
      "3 call 1",
      "3 call 2",
      "3 function_call",
      "3 audio",
    ]);
  });

  test("a stream of several choices is whole when each of them has its end", () => {
    const events = [0, 1].map((index) => ({
      data: { choices: [{ index, delta: {}, finish_reason: null }] },
    }));
    const end = (index: number) => ({ data: { choices: [{ index, delta: {}, finish_reason: "stop" }] } });
    expect(openaiChat.stream?.isComplete([...events, end(1)])).toBe(false);
    expect(openaiChat.stream?.isComplete([...events, end(1), end(0)])).toBe(true);
  });

  test("fields of others stay in the answer", () => {
    const choices = [{ index: 0, message: { content: "Hi" }, finish_reason: "stop" }];
    expect(
      openaiChat.reduceAnswer({ id: "x", created: 1, choices, citations: ["https://a.example"] }),
    ).toEqual({
      choices,
      citations: ["https://a.example"],
    });
  });
});
