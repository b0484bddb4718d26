import { describe, expect, test } from "vitest";
import type { ChatModel } from "../../src/llm/types.ts";
import { startApp } from "../http/app-fixture.ts";
import { createChatModel } from "../support/chat-model.ts";
import { type ScriptedAnswer, startScriptedOpenAi } from "../support/scripted-openai.ts";
import { type ServiceAnswer, startScriptedService } from "../support/scripted-service.ts";

const BANK = "/v1/default/banks/b";
const [FACT, OTHER] = ["Ann swims in the lake.", "Ben rows."];
const NEVER_SHOWN = "12345678-1234-4234-8234-123456789abc";

/** A bank with two facts, stored without a model's help; then the model answers. */
async function factsAnd(llm: ChatModel | null) {
  const app = await startApp({ llm });
  await app.send("PATCH", `${BANK}/config`, {
    updates: { retain_extraction_mode: "chunks", enable_observations: false },
  });
  const items = [FACT, OTHER].map((content) => ({ content, timestamp: "2024-05-01T08:00:00Z" }));
  expect((await app.send("POST", `${BANK}/memories`, { items })).status).toBe(200);
  return app;
}

async function openAi(script: ScriptedAnswer[]) {
  const provider = await startScriptedOpenAi(script);
  const variables = { LLM_MAX_RETRIES: "0" };
  const model = createChatModel(
    { provider: "openai", apiKey: "k", baseUrl: provider.baseUrl },
    { attribute: false, variables },
  );
  return { app: await factsAnd(model), provider };
}

const call = (name: string, args: object): ScriptedAnswer => ({
  tools: [{ name, arguments: { ...args } }],
});
const SEARCHES = [
  call("search_observations", { query: "Ann swims" }),
  call("recall", { query: "Ann swims" }),
  call("answer_ready", { answer_found: true }),
];

test("a model that never calls a tool is an error that says so", async () => {
  const { app } = await openAi([{ text: "Ann swims, I suppose." }]);
  const { status, body } = await app.send("POST", `${BANK}/reflect`, { query: "Who swims?" });
  expect([status, body.detail]).toEqual([500, expect.stringMatching(/tool.*Ann swims, I suppose/s)]);
});

test("citations are cut to what was retrieved, and ids that were never shown are marked", async () => {
  const done = { answer: `Ann does (f1, f9, ${NEVER_SHOWN}).`, memory_ids: ["f1", "f9", NEVER_SHOWN] };
  const { app } = await openAi([...SEARCHES, call("done", done)]);
  const asked = { query: "Who swims?", include: { facts: {} } };
  const { body } = await app.send("POST", `${BANK}/reflect`, asked);
  const cited = body.based_on.memories.map(({ id, text }: Record<string, string>) => [id, text]);
  expect(cited).toEqual([[expect.any(String), FACT]]);
  expect(body.text).toBe(`Ann does (${cited[0][0]}, f9, [unverified id]).`);
});

describe("the whole loop, as other providers are asked", () => {
  const TURNS: [tool: string, args: object][] = [
    ["search_observations", { query: "Ann swims" }],
    ["recall", { query: "Ann swims" }],
    ["answer_ready", { answer_found: true }],
    ["done", { answer: "Ann does.", memory_ids: ["f1"] }],
  ];

  test("Anthropic", async () => {
    const { requests, url } = await startScriptedService((_, count): ServiceAnswer => {
      const [name, input] = TURNS[count - 1] ?? ["done", {}];
      const content = [{ type: "tool_use", id: `t${count}`, name, input }];
      const usage = { input_tokens: 100, output_tokens: 10 };
      const message = { id: `m${count}`, type: "message", role: "assistant", model: "claude", usage };
      return { body: { ...message, content, stop_reason: "tool_use", stop_sequence: null } };
    });
    const provider = { provider: "anthropic", model: "claude-test", apiKey: "k", baseUrl: url };
    const app = await factsAnd(createChatModel(provider, { attribute: false }));
    await answers(app);
    // biome-ignore lint/suspicious/noExplicitAny: a test looks into requests of any shape
    const bodies = requests.map(({ body }) => body as any);
    expect(bodies.map(({ tool_choice: choice }) => choice)).toEqual([
      { type: "tool", name: "search_observations" },
      { type: "tool", name: "recall" },
      { type: "any" },
      { type: "tool", name: "done" },
    ]);
    // The last call has what the searches brought, each under the id of its call.
    const results = bodies[3].messages.flatMap(({ content }: { content: { type: string }[] }) => content);
    expect(JSON.stringify(results.filter((part: { type: string }) => part.type === "tool_result"))).toContain(
      FACT,
    );
  });

  test("Gemini", async () => {
    const { requests, url } = await startScriptedService((_, count): ServiceAnswer => {
      const [name, args] = TURNS[count - 1] ?? ["done", {}];
      const content = { role: "model", parts: [{ functionCall: { name, args } }] };
      const usageMetadata = { promptTokenCount: 100, candidatesTokenCount: 10, totalTokenCount: 110 };
      return { body: { candidates: [{ content, finishReason: "STOP", index: 0 }], usageMetadata } };
    });
    const provider = { provider: "gemini", model: "gemini-test", apiKey: "k", baseUrl: `${url}/v1beta` };
    const app = await factsAnd(createChatModel(provider, { attribute: false }));
    await answers(app);
    // biome-ignore lint/suspicious/noExplicitAny: a test looks into requests of any shape
    const choices = requests.map(({ body }) => (body as any).toolConfig.functionCallingConfig);
    expect(choices.map(({ mode }) => mode)).toEqual(["ANY", "ANY", "ANY", "ANY"]);
    expect(choices.map(({ allowedFunctionNames: names = [] }) => names)).toEqual([
      ["search_observations"],
      ["recall"],
      [],
      ["done"],
    ]);
  });

  async function answers(app: Awaited<ReturnType<typeof startApp>>): Promise<void> {
    const asked = { query: "Who swims?", include: { facts: {} } };
    const { status, body } = await app.send("POST", `${BANK}/reflect`, asked);
    expect([status, body.text]).toEqual([200, "Ann does."]);
    expect(body.based_on.memories.map(({ text }: { text: string }) => text)).toEqual([FACT]);
    expect(body.usage).toMatchObject({ input_tokens: 400, output_tokens: 40, total_tokens: 440 });
  }
});
