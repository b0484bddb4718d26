import { describe, expect, test } from "vitest";
import { LlmError } from "../../../src/llm/llm-error.ts";
import type { ChatRequest } from "../../../src/llm/types.ts";
import { createChatModel } from "../../support/chat-model.ts";
import { type ScriptedAnswer, startScriptedOpenAi } from "../../support/scripted-openai.ts";

const REQUEST: ChatRequest = {
  scope: "retain_extract_facts",
  messages: [{ role: "user", content: "List the facts as json." }],
  attribution: { sandboxId: "s1", bankId: "bänk", operationId: "op-1" },
};
const TOOL = { name: "recall", description: "Search.", parameters: { type: "object", properties: {} } };

async function scripted(
  answers: ScriptedAnswer[],
  options: {
    provider?: string;
    model?: string;
    attribute?: boolean;
    variables?: Record<string, string>;
  } = {},
) {
  const server = await startScriptedOpenAi(answers);
  const { provider = "openai", model = "scripted", attribute = false, variables = {} } = options;
  const config = { provider, model, baseUrl: `${server.baseUrl}?api-version=7`, apiKey: "secret" };
  return { model: create(config, { attribute, variables }), requests: server.requests, server };
}

function create(...options: Parameters<typeof createChatModel>) {
  const model = createChatModel(...options);
  if (!model) throw new Error("no model");
  return model;
}

async function failure(promise: Promise<unknown>): Promise<LlmError> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof LlmError) return error;
  throw new Error(`expected an LlmError, not ${String(error)}`);
}

describe("the request", () => {
  test("has the contract's keys and headers, and no others", async () => {
    const { model, requests } = await scripted([{ json: { facts: [] } }]);
    await model.complete({ ...REQUEST, responseFormat: "json", temperature: 0.1, maxTokens: 64_000 });
    const [request] = requests;
    expect(request?.path).toBe("/v1/chat/completions?api-version=7");
    expect(request?.headers).toMatchObject({
      authorization: "Bearer secret",
      "user-agent": "hindsight/openai-compatible/1.1.0",
    });
    expect(request?.headers["x-hindsight-bank"]).toBeUndefined();
    expect(request?.body).toEqual({
      model: "scripted",
      messages: [{ role: "user", content: "List the facts as json." }],
      response_format: { type: "json_object" },
      temperature: 0.1,
      max_tokens: 64_000,
    });
  });

  test("requires a tool, and sends assistant turns back as received", async () => {
    const { model, requests } = await scripted([{ tools: [{ name: "recall", arguments: { query: "x" } }] }]);
    const call = { id: "c1", name: "recall", arguments: '{"query":"x"}' };
    const response = await model.complete({
      ...REQUEST,
      scope: "reflect",
      messages: [
        { role: "user", content: "Who?" },
        { role: "assistant", content: null, toolCalls: [call] },
        { role: "tool", toolCallId: "c1", content: "{}" },
      ],
      tools: [TOOL],
      toolChoice: "required",
    });
    expect(requests[0]?.body).toEqual({
      model: "scripted",
      messages: [
        { role: "user", content: "Who?" },
        {
          role: "assistant",
          content: null,
          tool_calls: [
            { id: "c1", type: "function", function: { name: "recall", arguments: '{"query":"x"}' } },
          ],
        },
        { role: "tool", tool_call_id: "c1", content: "{}" },
      ],
      tools: [{ type: "function", function: TOOL }],
      tool_choice: "required",
      temperature: 0.9,
    });
    expect(response).toMatchObject({
      content: null,
      toolCalls: [{ name: "recall", arguments: '{"query":"x"}' }],
      finishReason: "tool_calls",
      usage: { inputTokens: 100, outputTokens: 10, cachedTokens: 0, thoughtsTokens: 0 },
    });
  });

  test("says whose it is only where that is asked for", async () => {
    const { model, requests } = await scripted([{ text: "ok" }], { attribute: true });
    await model.complete(REQUEST);
    expect(requests[0]?.headers).toMatchObject({
      "x-hindsight-sandbox": "s1",
      "x-hindsight-bank": "b%C3%A4nk",
      "x-hindsight-operation": "op-1",
      "x-hindsight-scope": "retain_extract_facts",
    });
  });

  test("leaves out what a provider does not know", async () => {
    const { model, requests } = await scripted(
      [{ json: {} }, { tools: [{ name: "recall", arguments: {} }] }],
      {
        provider: "lmstudio",
      },
    );
    await model.complete({ ...REQUEST, responseFormat: "json" });
    await model.complete({ ...REQUEST, tools: [TOOL], toolChoice: "required" });
    expect(requests[0]?.body.response_format).toBeUndefined();
    expect(requests[1]?.body.tool_choice).toBeUndefined();
  });

  test("gives models that reason room to think, and no temperature", async () => {
    const { model, requests } = await scripted([{ text: "ok" }], { model: "gpt-5-mini" });
    await model.complete({ ...REQUEST, temperature: 0.9, maxTokens: 512 });
    expect(requests[0]?.body.max_completion_tokens).toBe(16_000);
    expect(requests[0]?.body).not.toHaveProperty("max_tokens");
    expect(requests[0]?.body).not.toHaveProperty("temperature");
  });

  test("speaks of JSON where the user's messages do not", async () => {
    const { model, requests } = await scripted([{ json: {} }]);
    await model.complete({
      ...REQUEST,
      messages: [{ role: "user", content: "List the facts." }],
      responseFormat: "json",
    });
    expect(requests[0]?.body.messages[0]?.content).toBe("Answer in json.\n\nList the facts.");
  });
});

describe("the answer", () => {
  test.each([
    ["a fence", '```json\n{"a":1}\n```'],
    ["prose around it", 'Here you are: {"a":1}. Anything else?'],
    ["reasoning before it", '<think>{"b":2}?</think>{"a":1}'],
    ["reasoning whose opening tag is gone", 'so {"b":2}</think>\n{"a":1}'],
  ])("JSON is read out of %s", async (_name, text) => {
    const { model, requests } = await scripted([{ text }]);
    const { content } = await model.complete({ ...REQUEST, responseFormat: "json" });
    expect(content).toBe('{"a":1}');
    expect(requests).toHaveLength(1);
  });

  test("broken JSON costs all attempts before it is mended", async () => {
    const broken = { text: "{'a': [1, 2,], 'b': 'x" };
    const { model, requests } = await scripted([broken, broken, broken, broken]);
    const { content } = await model.complete({ ...REQUEST, responseFormat: "json" });
    expect(JSON.parse(content ?? "")).toEqual({ a: [1, 2], b: "x" });
    expect(requests).toHaveLength(4);
  });

  test("broken JSON with another end is not mended", async () => {
    const broken = { text: "{'a': 1", finishReason: "other" };
    const { model } = await scripted([broken, broken, broken, broken]);
    expect(await failure(model.complete({ ...REQUEST, responseFormat: "json" }))).toMatchObject({
      kind: "invalid_json",
    });
  });

  test("reasoning is taken out of free text", async () => {
    const { model } = await scripted([{ text: "<thinking>hm</thinking>  Otto.  " }]);
    expect((await model.complete(REQUEST)).content).toBe("Otto.");
  });

  test("output leaves reasoning tokens out", async () => {
    const { model } = await scripted([
      {
        body: {
          choices: [{ message: { content: "ok" }, finish_reason: "stop" }],
          usage: {
            prompt_tokens: 50,
            completion_tokens: 30,
            prompt_tokens_details: { cached_tokens: 20 },
            completion_tokens_details: { reasoning_tokens: 25 },
          },
        },
      },
    ]);
    expect((await model.complete(REQUEST)).usage).toEqual({
      inputTokens: 50,
      outputTokens: 5,
      cachedTokens: 20,
      thoughtsTokens: 25,
    });
  });

  test("a turn without a tool call is an answer; what it means is not for the provider to say", async () => {
    const { model, requests } = await scripted([{ tools: [] }]);
    const response = await model.complete({ ...REQUEST, tools: [TOOL], toolChoice: "required" });
    expect(response).toMatchObject({ content: null, toolCalls: [] });
    expect(requests).toHaveLength(1);
  });
});

describe("failures", () => {
  test.each([400, 404, 429, 500, 503])("status %i is retried", async (status) => {
    const { model, requests } = await scripted([{ status }, { status }, { text: "ok" }]);
    const { content, usage } = await model.complete(REQUEST);
    expect(content).toBe("ok");
    expect(usage.inputTokens).toBe(100);
    expect(requests).toHaveLength(3);
  });

  test("after four attempts the last error is thrown, with the provider's words", async () => {
    const body = { error: { message: "the model is overloaded" } };
    const { model, requests } = await scripted(Array.from({ length: 4 }, () => ({ status: 500, body })));
    const error = await failure(model.complete(REQUEST));
    expect(error).toMatchObject({ kind: "status", status: 500 });
    expect(error.message).toContain("the model is overloaded");
    expect(requests).toHaveLength(4);
  });

  test.each([401, 403])("status %i is not retried", async (status) => {
    const { model, requests } = await scripted([{ status }]);
    expect(await failure(model.complete(REQUEST))).toMatchObject({ status, isAuthentication: true });
    expect(requests).toHaveLength(1);
  });

  test("x-should-retry: false ends it, and its message is kept", async () => {
    const { model, requests } = await scripted([
      {
        status: 400,
        headers: { "x-should-retry": "false" },
        body: { error: { message: "[hindsight-testkit] not in the cassette" } },
      },
    ]);
    expect((await failure(model.complete(REQUEST))).message).toContain(
      "[hindsight-testkit] not in the cassette",
    );
    expect(requests).toHaveLength(1);
  });

  test("a rate limit that is lifted later than it would be waited for ends it", async () => {
    const { model, requests } = await scripted([{ status: 429, headers: { "retry-after": "7200" } }]);
    expect(await failure(model.complete(REQUEST))).toMatchObject({ status: 429, retryAfterMs: 7_200_000 });
    expect(requests).toHaveLength(1);
  });

  test("a 400 about tool_choice is asked again at once without it", async () => {
    const body = { error: { message: "tool_choice is not supported" } };
    const { model, requests } = await scripted([
      { status: 400, body },
      { tools: [{ name: "recall", arguments: {} }] },
    ]);
    await model.complete({ ...REQUEST, tools: [TOOL], toolChoice: "required" });
    expect(requests.map((request) => request.body.tool_choice)).toEqual(["required", undefined]);
  });

  test("a 200 with an error is not retried", async () => {
    const { model, requests } = await scripted([{ body: { error: { message: "no credits" } } }]);
    expect(await failure(model.complete(REQUEST))).toMatchObject({
      kind: "no_answer",
      message: "no credits",
    });
    expect(requests).toHaveLength(1);
  });

  test("an answer that was cut off is not retried", async () => {
    const { model, requests } = await scripted([{ text: '{"facts": [', finishReason: "length" }]);
    expect(await failure(model.complete(REQUEST))).toMatchObject({ kind: "length" });
    expect(requests).toHaveLength(1);
  });

  test("no choices and empty content are retried, withheld content is not", async () => {
    const { model, requests } = await scripted([{ body: { choices: [] } }, { text: "" }, { text: "ok" }]);
    expect((await model.complete(REQUEST)).content).toBe("ok");
    expect(requests).toHaveLength(3);
    const filtered = await scripted([{ text: "", finishReason: "content_filter" }]);
    expect(await failure(filtered.model.complete(REQUEST))).toMatchObject({ kind: "content_filter" });
  });

  test("a context overflow is retried like every other status, and told apart", async () => {
    const body = { error: { message: "prompt is too long: 300000 tokens" } };
    const { model, requests } = await scripted(Array.from({ length: 4 }, () => ({ status: 400, body })));
    const error = await failure(model.complete({ ...REQUEST, scope: "reflect" }));
    expect(error.isContextOverflow).toBe(true);
    expect(requests).toHaveLength(4);
  });

  test("nobody listens", async () => {
    const config = { provider: "openai", baseUrl: "http://127.0.0.1:9/v1", apiKey: "k" };
    const model = create(config, { attribute: false, variables: { LLM_MAX_RETRIES: "1" } });
    expect(await failure(model.complete(REQUEST))).toMatchObject({ kind: "connection" });
  });

  test("the caller's signal ends a call that hangs", async () => {
    const { model, requests, server } = await scripted([{ hang: true }]);
    const controller = new AbortController();
    const call = model.complete(REQUEST, controller.signal);
    await server.firstRequest;
    controller.abort(new Error("the caller is gone"));
    await expect(call).rejects.toThrow("the caller is gone");
    expect(requests).toHaveLength(1);
  });
});
