import { expect, test } from "vitest";
import type { ChatRequest } from "../../../src/llm/types.ts";
import { createChatModel } from "../../support/chat-model.ts";
import { type ServiceAnswer, startScriptedService } from "../../support/scripted-service.ts";
import { REQUEST, TOOLS } from "../requests.ts";

function response(output: object[], more: object = {}): ServiceAnswer {
  return {
    body: {
      status: "completed",
      output,
      usage: {
        input_tokens: 10,
        output_tokens: 8,
        input_tokens_details: { cached_tokens: 4 },
        output_tokens_details: { reasoning_tokens: 3 },
      },
      ...more,
    },
  };
}
const text = (words: string) =>
  response([{ type: "message", content: [{ type: "output_text", text: words }] }]);

async function scripted(answers: ServiceAnswer[], variables: Record<string, string> = {}) {
  const service = await startScriptedService((_, count) => answers[count - 1] ?? { status: 400, body: {} });
  const model = createChatModel(
    { provider: "openai-responses", apiKey: "secret", baseUrl: `${service.url}/v1?api-version=1` },
    { attribute: false, variables: { LLM_MAX_RETRIES: "1", ...variables } },
  );
  if (!model) throw new Error("no model");
  return { model, service };
}

test("sends reasoning and tools together, and the turns as items", async () => {
  const { model, service } = await scripted(
    [
      response([
        { type: "reasoning" },
        { type: "function_call", call_id: "c2", name: "recall", arguments: "{}" },
      ]),
    ],
    { LLM_REASONING_EFFORT: "high" },
  );
  const answer = await model.complete({
    ...REQUEST,
    messages: [
      ...REQUEST.messages,
      { role: "assistant", content: null, toolCalls: [{ id: "c1", name: "recall", arguments: "{}" }] },
      { role: "tool", toolCallId: "c1", content: "one" },
    ],
    tools: TOOLS,
    toolChoice: { name: "recall" },
  });
  expect(service.requests[0]?.path).toBe("/v1/responses?api-version=1");
  expect(service.requests[0]?.body).toEqual({
    model: "gpt-5.6",
    store: false,
    input: [
      { role: "system", content: "Be brief." },
      { role: "user", content: "Who?" },
      { type: "function_call", call_id: "c1", name: "recall", arguments: "{}" },
      { type: "function_call_output", call_id: "c1", output: "one" },
    ],
    tools: [
      { type: "function", name: "recall", description: "The tool recall.", parameters: TOOLS[0]?.parameters },
    ],
    tool_choice: { type: "function", name: "recall" },
    reasoning: { effort: "high" },
  });
  expect(answer).toEqual({
    content: null,
    toolCalls: [{ id: "c2", name: "recall", arguments: "{}" }],
    finishReason: "tool_calls",
    usage: { inputTokens: 10, outputTokens: 5, cachedTokens: 4, thoughtsTokens: 3 },
  });
});

test("reads JSON, is not content with prose, and never mends", async () => {
  const json: ChatRequest = { ...REQUEST, responseFormat: "json", responseSchema: { type: "object" } };
  const { model, service } = await scripted([text("none"), text('```json\n{"a":1}\n```')]);
  expect((await model.complete(json)).content).toBe('{"a":1}');
  expect(service.requests[0]?.body).toMatchObject({ text: { format: { type: "json_object" } } });
  const strict = await scripted([text("{'a':1}"), text("{'a':1}")], { LLM_STRICT_SCHEMA: "true" });
  await expect(strict.model.complete(json)).rejects.toMatchObject({ kind: "invalid_json" });
  expect(strict.service.requests[0]?.body).toMatchObject({
    text: { format: { type: "json_schema", name: "response", strict: true } },
  });
});

test("what was cut off and a refused key are final, a status is not", async () => {
  const cut = await scripted([
    response([], { status: "incomplete", incomplete_details: { reason: "max_output_tokens" } }),
  ]);
  await expect(cut.model.complete(REQUEST)).rejects.toMatchObject({ kind: "length" });
  const refused = await scripted([{ status: 401, body: {} }]);
  await expect(refused.model.complete(REQUEST)).rejects.toMatchObject({ status: 401 });
  expect(refused.service.requests).toHaveLength(1);
  const passing = await scripted([{ status: 404, body: {} }, text("ok")]);
  expect((await passing.model.complete(REQUEST)).content).toBe("ok");
});
