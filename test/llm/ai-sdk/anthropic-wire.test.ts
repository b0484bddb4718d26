import { describe, expect, test } from "vitest";
import type { ChatRequest } from "../../../src/llm/types.ts";
import { createChatModel } from "../../support/chat-model.ts";
import { type ServiceAnswer, startScriptedService } from "../../support/scripted-service.ts";
import { REQUEST, SCHEMA, TOOLS } from "../requests.ts";

function message(content: object[], more: object = {}): ServiceAnswer {
  return {
    body: {
      id: "msg_1",
      type: "message",
      role: "assistant",
      model: "claude",
      content,
      stop_reason: "end_turn",
      stop_sequence: null,
      usage: {
        input_tokens: 10,
        output_tokens: 5,
        cache_read_input_tokens: 3,
        cache_creation_input_tokens: 2,
      },
      ...more,
    },
  };
}
const text = (words: string) => message([{ type: "text", text: words }]);
const refusal = (status: number, words = `scripted ${status}`) => ({
  status,
  body: { type: "error", error: { type: "some_error", message: words } },
});

async function scripted(answers: ServiceAnswer[], variables: Record<string, string> = {}) {
  const service = await startScriptedService(
    (_, count) => answers[count - 1] ?? refusal(400, "no answer left"),
  );
  const model = createChatModel(
    { provider: "anthropic", model: "claude-test", apiKey: "secret", baseUrl: service.url },
    { attribute: false, variables: { LLM_MAX_RETRIES: "1", ...variables } },
  );
  if (!model) throw new Error("no model");
  // biome-ignore lint/suspicious/noExplicitAny: tests look into requests of any shape
  const bodies = () => service.requests.map(({ body }) => body as any);
  return { model, service, bodies };
}

describe("the request", () => {
  test("has the instructions as one cached block, always a limit, and never a temperature", async () => {
    const { model, service, bodies } = await scripted([text("Ann.")]);
    const response = await model.complete(REQUEST);
    expect(service.requests[0]).toMatchObject({ method: "POST", path: "/v1/messages" });
    expect(service.requests[0]?.headers["x-api-key"]).toBe("secret");
    expect(bodies()[0]).toEqual({
      model: "claude-test",
      max_tokens: 64_000,
      system: [{ type: "text", text: "Be brief.", cache_control: { type: "ephemeral" } }],
      messages: [{ role: "user", content: [{ type: "text", text: "Who?" }] }],
    });
    expect(response).toMatchObject({
      content: "Ann.",
      toolCalls: [],
      usage: { inputTokens: 15, outputTokens: 5, cachedTokens: 3, thoughtsTokens: 0 },
    });
  });

  test("of a turn with tools has all of them, and its results in one message that is cached", async () => {
    const { model, bodies } = await scripted([
      message([{ type: "tool_use", id: "t3", name: "done", input: { query: "x" } }], {
        stop_reason: "tool_use",
      }),
      text("free"),
    ]);
    const messages: ChatRequest["messages"] = [
      ...REQUEST.messages,
      {
        role: "assistant",
        content: null,
        toolCalls: [
          { id: "t1", name: "recall", arguments: '{"query":"a"}' },
          { id: "t2", name: "recall", arguments: "not json" },
        ],
      },
      { role: "tool", toolCallId: "t1", content: "one" },
      { role: "tool", toolCallId: "t2", content: "two" },
    ];
    const response = await model.complete({
      ...REQUEST,
      messages,
      tools: TOOLS,
      toolChoice: { name: "done" },
    });
    expect(bodies()[0].tool_choice).toEqual({ type: "tool", name: "done" });
    expect(bodies()[0].tools.map(({ name }: { name: string }) => name)).toEqual(["recall", "done"]);
    expect(bodies()[0].messages.slice(1)).toEqual([
      {
        role: "assistant",
        content: [
          { type: "tool_use", id: "t1", name: "recall", input: { query: "a" } },
          { type: "tool_use", id: "t2", name: "recall", input: { _raw: "not json" } },
        ],
      },
      {
        role: "user",
        content: [
          { type: "tool_result", tool_use_id: "t1", content: "one" },
          { type: "tool_result", tool_use_id: "t2", content: "two", cache_control: { type: "ephemeral" } },
        ],
      },
    ]);
    expect(response).toMatchObject({
      content: null,
      toolCalls: [{ id: "t3", name: "done", arguments: '{"query":"x"}' }],
      finishReason: "tool_calls",
    });
    const free = await model.complete({ ...REQUEST, tools: TOOLS, toolChoice: "required" });
    expect(bodies()[1].tool_choice).toEqual({ type: "any" });
    expect(free).toMatchObject({ content: "free", toolCalls: [], finishReason: "stop" });
  });

  test("for JSON says the schema in words, or makes it a tool in strict mode", async () => {
    const json: ChatRequest = { ...REQUEST, responseFormat: "json", responseSchema: SCHEMA };
    const soft = await scripted([text('```json\n{"age":7}\n```')]);
    expect((await soft.model.complete(json)).content).toBe('{"age":7}');
    expect(soft.bodies()[0].system[0].text).toContain('"age":{"type":"integer"}');
    expect(soft.bodies()[0]).not.toHaveProperty("tools");
    const strict = await scripted(
      [message([{ type: "tool_use", id: "t", name: "structured_response", input: { age: 8 } }])],
      { LLM_STRICT_SCHEMA: "true" },
    );
    expect((await strict.model.complete(json)).content).toBe('{"age":8}');
    expect(strict.bodies()[0]).toMatchObject({
      system: [{ text: "Be brief." }],
      tools: [
        {
          name: "structured_response",
          input_schema: { type: "object", properties: { age: { type: "integer" } }, required: ["age"] },
        },
      ],
      tool_choice: { type: "tool", name: "structured_response" },
    });
  });

  test("carries what the user configured, images and files", async () => {
    const { model, service, bodies } = await scripted([text("ok")], {
      LLM_EXTRA_BODY: '{"top_k": 4}',
      LLM_DEFAULT_HEADERS: '{"x-team": "memory"}',
    });
    const content = [
      { type: "image", mediaType: "image/png", data: "AAAA" },
      { type: "file", mediaType: "application/pdf", data: "BBBB", filename: "a.pdf" },
    ] as const;
    await model.complete({ ...REQUEST, messages: [{ role: "user", content }] });
    expect(bodies()[0].top_k).toBe(4);
    expect(service.requests[0]?.headers["x-team"]).toBe("memory");
    expect(bodies()[0].messages[0].content).toMatchObject([
      { type: "image", source: { type: "base64", media_type: "image/png", data: "AAAA" } },
      { type: "document", source: { type: "base64", media_type: "application/pdf", data: "BBBB" } },
    ]);
  });
});

describe("failures", () => {
  test.each([429, 500, 529])("status %i is retried", async (status) => {
    const { model, service } = await scripted([refusal(status), text("ok")]);
    expect((await model.complete(REQUEST)).content).toBe("ok");
    expect(service.requests).toHaveLength(2);
  });

  test.each([400, 401, 404])("status %i is not", async (status) => {
    const { model, service } = await scripted([refusal(status)]);
    await expect(model.complete(REQUEST)).rejects.toMatchObject({ kind: "status", status });
    expect(service.requests).toHaveLength(1);
  });

  test("a connection that breaks in the middle of the answer is retried", async () => {
    const { model, service } = await scripted([{ breaks: true }, text("ok")]);
    expect((await model.complete(REQUEST)).content).toBe("ok");
    expect(service.requests).toHaveLength(2);
  });

  test("no answer in time is retried, and then the error", async () => {
    const { model, service } = await scripted([{ hangs: true }, { hangs: true }], { LLM_TIMEOUT: "0.05" });
    await expect(model.complete(REQUEST)).rejects.toMatchObject({ kind: "timeout" });
    expect(service.requests).toHaveLength(2);
  });

  test("a caller who goes away ends the call at the provider", async () => {
    const { model, service } = await scripted([{ hangs: true }]);
    const controller = new AbortController();
    const call = model.complete(REQUEST, controller.signal);
    await service.firstRequest;
    controller.abort(new Error("the caller is gone"));
    await expect(call).rejects.toThrow("the caller is gone");
    await service.brokenOff;
  });

  test("broken JSON is asked for again and never mended; a refusal is final", async () => {
    const json: ChatRequest = { ...REQUEST, responseFormat: "json" };
    const broken = await scripted([text("{'a': 1"), text("{'a': 1")]);
    await expect(broken.model.complete(json)).rejects.toMatchObject({ kind: "invalid_json" });
    expect(broken.service.requests).toHaveLength(2);
    const refused = await scripted([message([{ type: "text", text: "no" }], { stop_reason: "refusal" })]);
    await expect(refused.model.complete(REQUEST)).rejects.toMatchObject({ kind: "content_filter" });
    expect(refused.service.requests).toHaveLength(1);
  });

  test("a model that refuses to be told to call a tool is left free, from then on", async () => {
    const { model, bodies } = await scripted([
      refusal(400, "tool_choice: any is not supported"),
      text("a"),
      text("b"),
    ]);
    for (const content of ["a", "b"]) {
      const answer = await model.complete({ ...REQUEST, tools: TOOLS, toolChoice: "required" });
      expect(answer.content).toBe(content);
    }
    expect(bodies().map(({ tool_choice }) => tool_choice.type)).toEqual(["any", "auto", "auto"]);
  });
});
