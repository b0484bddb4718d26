import { describe, expect, test } from "vitest";
import type { ChatRequest } from "../../../src/llm/types.ts";
import { createChatModel } from "../../support/chat-model.ts";
import { type ServiceAnswer, startScriptedService } from "../../support/scripted-service.ts";

const SCHEMA = { type: "object", properties: { age: { type: "integer", minimum: 0 } } };
const JSON_REQUEST: ChatRequest = {
  scope: "retain_extract_facts",
  messages: [{ role: "user", content: "How old? json" }],
  responseFormat: "json",
  responseSchema: SCHEMA,
  maxTokens: 50,
  attribution: { sandboxId: "s", bankId: "b" },
};
const TEXT_REQUEST: ChatRequest = {
  ...JSON_REQUEST,
  scope: "reflect",
  messages: [{ role: "user", content: "Who?" }],
};
delete TEXT_REQUEST.responseFormat;
delete TEXT_REQUEST.responseSchema;

const native = (content: string, doneReason = "stop"): ServiceAnswer => ({
  body: {
    message: { role: "assistant", content },
    done_reason: doneReason,
    prompt_eval_count: 11,
    eval_count: 4,
  },
});

async function scripted(answers: ServiceAnswer[], variables: Record<string, string> = {}, apiKey?: string) {
  const service = await startScriptedService((_, count) => answers[count - 1] ?? { status: 400, body: {} });
  const model = createChatModel(
    { provider: "ollama", model: "tiny", apiKey, baseUrl: service.url },
    { attribute: false, variables: { LLM_MAX_RETRIES: "1", ...variables } },
  );
  if (!model) throw new Error("no model");
  return { model, service };
}

describe("structured calls", () => {
  test("go to Ollama's own API, which is given the schema", async () => {
    const { model, service } = await scripted([native('{"age":7}')]);
    const response = await model.complete(JSON_REQUEST);
    expect(service.requests[0]).toMatchObject({ method: "POST", path: "/api/chat" });
    expect(service.requests[0]?.headers.authorization).toBeUndefined();
    expect(service.requests[0]?.body).toEqual({
      model: "tiny",
      messages: [{ role: "user", content: "How old? json" }],
      stream: false,
      think: false,
      format: { type: "object", properties: { age: { type: "integer" } } },
      options: { num_batch: 512, num_predict: 50, temperature: 0.1 },
    });
    expect(response).toEqual({
      content: '{"age":7}',
      toolCalls: [],
      finishReason: "stop",
      usage: { inputTokens: 11, outputTokens: 4, cachedTokens: 0, thoughtsTokens: 0 },
    });
  });

  test("carry the context's size, the user's own fields, a key, and images", async () => {
    const { model, service } = await scripted(
      [native("{}")],
      { LLM_OLLAMA_NUM_CTX: "8192", LLM_EXTRA_BODY: '{"think":"low","options":{"seed":1,"num_batch":9}}' },
      "cloud",
    );
    const content = [
      { type: "text", text: "json" },
      { type: "image", mediaType: "image/png", data: "AAAA" },
    ] as const;
    await model.complete({ ...JSON_REQUEST, messages: [{ role: "user", content }] });
    expect(service.requests[0]?.headers.authorization).toBe("Bearer cloud");
    expect(service.requests[0]?.body).toMatchObject({
      think: "low",
      messages: [{ role: "user", content: "json", images: ["AAAA"] }],
      options: { num_ctx: 8192, seed: 1, num_batch: 9 },
    });
  });

  test("broken JSON is mended at the last attempt; every status is retried; what was cut off is not", async () => {
    const broken = await scripted([{ status: 404, body: {} }, native("{'age': 7,}")]);
    expect((await broken.model.complete(JSON_REQUEST)).content).toBe('{"age":7}');
    const cut = await scripted([native('{"age":', "length")]);
    await expect(cut.model.complete(JSON_REQUEST)).rejects.toMatchObject({ kind: "length" });
    expect(cut.service.requests).toHaveLength(1);
  });
});

test("free text and tools go by OpenAI's API", async () => {
  const completion = {
    body: { choices: [{ message: { content: "Ann." }, finish_reason: "stop" }], usage: {} },
  };
  const { model, service } = await scripted([completion, completion]);
  expect((await model.complete(TEXT_REQUEST)).content).toBe("Ann.");
  await model.complete({
    ...TEXT_REQUEST,
    tools: [{ name: "recall", description: "", parameters: {} }],
    toolChoice: "required",
  });
  expect(service.requests.map(({ path }) => path)).toEqual(["/v1/chat/completions", "/v1/chat/completions"]);
  expect(service.requests[0]?.headers.authorization).toBe("Bearer local");
  expect(service.requests[1]?.body).not.toHaveProperty("tool_choice");
});

test("with a size of the context, free text goes to Ollama's own API too", async () => {
  const { model, service } = await scripted([native("<think>hm</think>Ann.")], { LLM_OLLAMA_NUM_CTX: "100" });
  expect((await model.complete(TEXT_REQUEST)).content).toBe("Ann.");
  expect(service.requests[0]?.path).toBe("/api/chat");
  expect(service.requests[0]?.body).not.toHaveProperty("format");
});
