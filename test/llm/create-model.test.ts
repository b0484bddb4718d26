import { expect, test } from "vitest";
import { createChatModel } from "../../src/llm/create-model.ts";
import { startScriptedOpenAi } from "../support/scripted-openai.ts";

test.each([
  ["offline", undefined, "offline"],
  ["openai", "k", "gpt-4o-mini"],
  ["Groq", "k", "openai/gpt-oss-120b"],
  ["openrouter", "k", "qwen/qwen3.5-9b"],
  ["deepseek", "k", "deepseek-v4-flash"],
  ["ollama", undefined, "gemma3:12b"],
  ["lmstudio", undefined, "local-model"],
])("%s has a model of its own", (provider, apiKey, model) => {
  const made = createChatModel({ provider, apiKey }, { attribute: false });
  expect(made).toMatchObject({ provider: provider.toLowerCase(), model });
});

test("none is no model", () => {
  expect(createChatModel({ provider: "none" }, { attribute: false })).toBeNull();
});

test.each([
  [{ provider: "openai" }, "LLM_KEY_MISSING"],
  [{ provider: "openai", apiKey: "" }, "LLM_KEY_MISSING"],
  [{ provider: "nonesuch" }, "INVALID_OPTION"],
  [{ provider: "constructor" }, "INVALID_OPTION"],
  [{ provider: "ollama", baseUrl: "not a URL" }, "INVALID_OPTION"],
])("%j is refused", (config, code) => {
  expect(() => createChatModel(config, { attribute: false })).toThrow(expect.objectContaining({ code }));
});

test("a local server's bare address means its /v1, and it gets a key that says nothing", async () => {
  const { baseUrl, requests } = await startScriptedOpenAi([{ text: "ok" }]);
  const model = createChatModel(
    { provider: "ollama", baseUrl: baseUrl.replace("/v1", ""), model: "tiny" },
    { attribute: false },
  );
  await model?.complete({
    scope: "reflect",
    messages: [{ role: "user", content: "Hello" }],
    attribution: { sandboxId: "", bankId: "b" },
  });
  expect(requests[0]?.path).toBe("/v1/chat/completions");
  expect(requests[0]?.headers.authorization).toBe("Bearer local");
  expect(requests[0]?.body.model).toBe("tiny");
});
