import { describe, expect, test } from "vitest";
import type { ChatRequest } from "../../../src/llm/types.ts";
import { createChatModel } from "../../support/chat-model.ts";
import { type ServiceAnswer, startScriptedService } from "../../support/scripted-service.ts";
import { REQUEST, SCHEMA, TOOLS } from "../requests.ts";

function candidate(parts: object[], finishReason = "STOP"): ServiceAnswer {
  return {
    body: {
      candidates: [{ content: { role: "model", parts }, finishReason, index: 0 }],
      usageMetadata: {
        promptTokenCount: 10,
        candidatesTokenCount: 5,
        thoughtsTokenCount: 2,
        totalTokenCount: 17,
        cachedContentTokenCount: 3,
      },
    },
  };
}
const text = (words: string, finishReason?: string) => candidate([{ text: words }], finishReason);
const refusal = (status: number) => ({
  status,
  body: { error: { code: status, message: `scripted ${status}`, status: "SOME" } },
});

async function scripted(answers: ServiceAnswer[], variables: Record<string, string> = {}) {
  const service = await startScriptedService((_, count) => answers[count - 1] ?? refusal(400));
  const model = createChatModel(
    { provider: "gemini", model: "gemini-test", apiKey: "secret", baseUrl: `${service.url}/v1beta` },
    { attribute: false, variables: { LLM_MAX_RETRIES: "1", ...variables } },
  );
  if (!model) throw new Error("no model");
  // biome-ignore lint/suspicious/noExplicitAny: tests look into requests of any shape
  const bodies = () => service.requests.map(({ body }) => body as any);
  return { model, service, bodies };
}

describe("the request", () => {
  test("has the instructions apart, a temperature and a limit", async () => {
    const { model, service, bodies } = await scripted([text("Ann.")]);
    const response = await model.complete({ ...REQUEST, maxTokens: 99 });
    expect(service.requests[0]).toMatchObject({
      method: "POST",
      path: "/v1beta/models/gemini-test:generateContent",
    });
    expect(service.requests[0]?.headers["x-goog-api-key"]).toBe("secret");
    expect(bodies()[0]).toMatchObject({
      systemInstruction: { parts: [{ text: "Be brief." }] },
      contents: [{ role: "user", parts: [{ text: "Who?" }] }],
      generationConfig: { temperature: 0.9, maxOutputTokens: 99 },
    });
    expect(response).toMatchObject({
      content: "Ann.",
      usage: { inputTokens: 10, outputTokens: 5, cachedTokens: 3, thoughtsTokens: 2 },
    });
  });

  test("for JSON names the schema; an answer that is none is asked for in words", async () => {
    const { model, bodies } = await scripted([text("no"), text('{"age":7,}')]);
    const json: ChatRequest = { ...REQUEST, responseFormat: "json", responseSchema: SCHEMA };
    expect((await model.complete(json)).content).toBe('{"age":7}');
    expect(bodies()[0].generationConfig).toMatchObject({
      responseMimeType: "application/json",
      responseSchema: { type: "object", properties: { age: { type: "integer" } }, required: ["age"] },
    });
    expect(bodies()[1].generationConfig).not.toHaveProperty("responseMimeType");
    expect(bodies()[1].systemInstruction.parts[0].text).toContain('"age":{"type":"integer"}');
  });

  test("names the tool that must be called, and sends calls and signatures back", async () => {
    const { model, bodies } = await scripted([
      candidate([{ functionCall: { name: "recall", args: { query: "a" } }, thoughtSignature: "c2ln" }]),
      candidate([{ functionCall: { name: "done", args: {} } }]),
    ]);
    const first = await model.complete({ ...REQUEST, tools: TOOLS, toolChoice: { name: "recall" } });
    expect(bodies()[0].toolConfig).toEqual({
      functionCallingConfig: { mode: "ANY", allowedFunctionNames: ["recall"] },
    });
    expect(first.toolCalls).toMatchObject([
      { name: "recall", arguments: '{"query":"a"}', signature: "c2ln" },
    ]);
    const messages: ChatRequest["messages"] = [
      ...REQUEST.messages,
      { role: "assistant", content: null, toolCalls: first.toolCalls },
      { role: "tool", toolCallId: first.toolCalls[0]?.id ?? "", content: "one" },
    ];
    await model.complete({ ...REQUEST, messages, tools: TOOLS, toolChoice: "required" });
    expect(bodies()[1].toolConfig).toEqual({ functionCallingConfig: { mode: "ANY" } });
    expect(bodies()[1].contents.slice(1)).toMatchObject([
      {
        role: "model",
        parts: [{ functionCall: { name: "recall", args: { query: "a" } }, thoughtSignature: "c2ln" }],
      },
      { role: "user", parts: [{ functionResponse: { name: "recall", response: { content: "one" } } }] },
    ]);
  });

  test("carries what the user configured, under what we set", async () => {
    const { model, bodies } = await scripted([text("ok")], {
      LLM_EXTRA_BODY: '{"top_p": 0.5, "temperature": 2}',
    });
    await model.complete(REQUEST);
    expect(bodies()[0].generationConfig).toMatchObject({ topP: 0.5, temperature: 0.9 });
  });
});

describe("failures", () => {
  test.each([429, 500, 503])("status %i is retried", async (status) => {
    const { model, service } = await scripted([refusal(status), text("ok")]);
    expect((await model.complete(REQUEST)).content).toBe("ok");
    expect(service.requests).toHaveLength(2);
  });

  test.each([400, 401, 403])("status %i is not", async (status) => {
    const { model, service } = await scripted([refusal(status)]);
    await expect(model.complete(REQUEST)).rejects.toMatchObject({ status });
    expect(service.requests).toHaveLength(1);
  });

  test("a request that stalls is sent again twice at most, and at once", async () => {
    const { model, service } = await scripted(
      Array.from({ length: 9 }, () => ({ hangs: true as const })),
      { LLM_TIMEOUT: "0.05", LLM_MAX_RETRIES: "8", LLM_INITIAL_BACKOFF: "60" },
    );
    await expect(model.complete(REQUEST)).rejects.toMatchObject({ kind: "timeout" });
    expect(service.requests).toHaveLength(3);
  });

  test("an empty answer is asked for again, a blocked one is not", async () => {
    const empty = await scripted([candidate([]), text("ok")]);
    expect((await empty.model.complete(REQUEST)).content).toBe("ok");
    const blocked = await scripted([candidate([], "SAFETY")]);
    await expect(blocked.model.complete(REQUEST)).rejects.toMatchObject({ kind: "content_filter" });
    expect(blocked.service.requests).toHaveLength(1);
  });

  test("an answer that was cut off at its limit is returned as far as it came", async () => {
    const { model } = await scripted([text("The miller is", "MAX_TOKENS")]);
    expect((await model.complete(REQUEST)).content).toBe("The miller is");
  });
});
