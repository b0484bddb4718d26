import { expect, test } from "vitest";
import { createChatModel } from "../support/chat-model.ts";

test.each([
  ["offline", undefined, "offline"],
  ["openai", "k", "gpt-4o-mini"],
  ["openai-responses", "k", "gpt-5.6"],
  ["anthropic", "k", "claude-haiku-4-5"],
  ["gemini", "k", "gemini-3.5-flash"],
  ["Groq", "k", "openai/gpt-oss-120b"],
  ["openrouter", "k", "qwen/qwen3.5-9b"],
  ["requesty", "k", "openai/gpt-4o-mini"],
  ["deepseek", "k", "deepseek-v4-flash"],
  ["minimax", "k", "MiniMax-M3"],
  ["zai", "k", "glm-4.5-flash"],
  ["atlas", "k", "deepseek-ai/deepseek-v4-pro"],
  ["fireworks", "k", "accounts/fireworks/models/llama-v3p1-8b-instruct"],
  ["opencode-go", "k", "deepseek-v4-flash"],
  ["meta", "k", "muse-spark-1.3"],
  ["ollama-cloud", "k", "gemma3:12b"],
  ["ollama", undefined, "gemma3:12b"],
  ["lmstudio", undefined, "local-model"],
])("%s has a model of its own", (provider, apiKey, model) => {
  const made = createChatModel({ provider, apiKey }, { attribute: false });
  expect(made).toMatchObject({ provider: provider.toLowerCase(), model });
});

test.each(["volcano", "litellm", "llamacpp"])("%s has no address of its own", (provider) => {
  const baseUrl = "http://127.0.0.1:9/v1";
  expect(createChatModel({ provider, apiKey: "k", baseUrl }, { attribute: false })).toMatchObject({
    provider,
  });
  expect(() => createChatModel({ provider, apiKey: "k" }, { attribute: false })).toThrow(
    expect.objectContaining({ code: "INVALID_OPTION" }),
  );
});

test("none is no model", () => {
  expect(createChatModel({ provider: "none" }, { attribute: false })).toBeNull();
});

test.each([
  [{ provider: "openai" }, "LLM_KEY_MISSING"],
  [{ provider: "openai", apiKey: "" }, "LLM_KEY_MISSING"],
  [{ provider: "anthropic" }, "LLM_KEY_MISSING"],
  [{ provider: "gemini" }, "LLM_KEY_MISSING"],
  [{ provider: "nonesuch" }, "INVALID_OPTION"],
  [{ provider: "constructor" }, "INVALID_OPTION"],
  [{ provider: "ollama", baseUrl: "not a URL" }, "INVALID_OPTION"],
  [{ provider: "claude-code" }, "LLM_PROVIDER_UNAVAILABLE"],
  [{ provider: "bedrock" }, "LLM_PROVIDER_UNAVAILABLE"],
])("%j is refused", (config, code) => {
  expect(() => createChatModel(config, { attribute: false })).toThrow(expect.objectContaining({ code }));
});
